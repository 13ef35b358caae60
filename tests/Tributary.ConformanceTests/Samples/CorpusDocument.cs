using System.Globalization;
using System.Text.Json;
using Tributary.ConformanceTests.Hosting;
using YamlDotNet.Serialization;

namespace Tributary.ConformanceTests.Samples;

/// <summary>
/// A document of the sample corpus, read with nothing of the connector's own code, so that an error in its reading cannot agree with itself.
/// </summary>
internal sealed record CorpusDocument(string Path, string Body, IReadOnlyDictionary<string, object> FrontMatter)
{
    public string Title => Text("title")!;

    public IReadOnlyList<string> Acl => List("acl");

    public string? Text(string key) => FrontMatter.TryGetValue(key, out object? value) ? (string)value : null;

    public IReadOnlyList<string> List(string key) =>
        FrontMatter.TryGetValue(key, out object? value) ? [.. ((List<object>)value).Cast<string>()] : [];

    public long? Number => Text("number") is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    public double? Budget => Text("budget") is { } budget ? double.Parse(budget, CultureInfo.InvariantCulture) : null;

    public bool? Confidential => Text("confidential") is { } confidential ? bool.Parse(confidential) : null;

    public DateTimeOffset Created => Date("created");

    public DateTimeOffset Modified => Date("modified");

    public static IReadOnlyList<CorpusDocument> ReadAll()
    {
        IDeserializer yaml = new DeserializerBuilder().Build();
        return
        [
            .. SampleFiles.Corpus.EnumerateFiles("*.md", SearchOption.AllDirectories)
                .Select(file =>
                {
                    string[] parts = File.ReadAllText(file.FullName).ReplaceLineEndings("\n").Split("---\n", 3);
                    return new CorpusDocument(
                        System.IO.Path.GetRelativePath(SampleFiles.Corpus.FullName, file.FullName).Replace('\\', '/'),
                        parts[2],
                        yaml.Deserialize<Dictionary<string, object>>(parts[1]));
                })
                .OrderBy(document => document.Path, StringComparer.Ordinal),
        ];
    }

    private DateTimeOffset Date(string key) => DateTimeOffset.Parse(Text(key)!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>Who may read what, from the two files that say who is in which group.</summary>
internal sealed class CorpusReader
{
    private readonly string _name;
    private readonly bool _isGuest;
    private readonly HashSet<string> _groups;

    private CorpusReader(string name, bool isGuest, HashSet<string> groups)
    {
        _name = name;
        _isGuest = isGuest;
        _groups = groups;
    }

    public static CorpusReader Of(string user)
    {
        using JsonDocument seed = JsonDocument.Parse(File.ReadAllText(SampleFiles.Seed));
        using JsonDocument principals = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(SampleFiles.Corpus.FullName, "principals.json")));
        Dictionary<string, string> names = principals.RootElement.GetProperty("groups").EnumerateObject().ToDictionary(group => group.Value.GetString()!, group => group.Name);
        string name = $"{user}@tributary.local";
        JsonElement entry = seed.RootElement.GetProperty("users").EnumerateArray().Single(entry => entry.GetProperty("userPrincipalName").GetString() == name);
        return new CorpusReader(
            name,
            entry.TryGetProperty("guest", out JsonElement guest) && guest.GetBoolean(),
            [.. entry.GetProperty("groups").EnumerateArray().Select(group => names[group.GetString()!])]);
    }

    /// <summary>A denial wins however a grant is worded; without a grant there is nothing.</summary>
    public bool MayRead(CorpusDocument document) =>
        !document.Acl.Any(line => IsMeant(line, "deny")) && document.Acl.Any(line => IsMeant(line, "grant"));

    private bool IsMeant(string line, string access) => line.Split(' ') switch
    {
        [var word, ..] when word != access => false,
        [_, "everyone"] => true,
        [_, "everyoneExceptGuests"] => !_isGuest,
        [_, "user", var user] => user == _name,
        [_, "group", var group] => _groups.Contains(group),
        _ => throw new FormatException(line),
    };
}
