using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MarkdownConnector;

/// <summary>
/// The YAML at the head of a document, read without a fixed model: folders from elsewhere carry front matter for other programs, where tags may be
/// a list or one word and a date may be anything. What cannot be read as asked counts as absent, except the whole: YAML that does not parse, is no
/// mapping, or says a thing twice may have held an access list, so such a document is refused rather than shown to everyone.
/// </summary>
internal sealed class FrontMatter
{
    private const string MergeKey = "<<";

    private readonly Dictionary<string, YamlNode> values = new(StringComparer.OrdinalIgnoreCase);

    private FrontMatter(IEnumerable<KeyValuePair<YamlNode, YamlNode>> members)
    {
        foreach (var (key, value) in members)
        {
            if (key is YamlScalarNode { Value: { } name } && (name == MergeKey || !values.TryAdd(name, value)))
            {
                throw new FormatException($"""Its front matter has "{name}" {(name == MergeKey ? "to merge keys, which is not supported" : "twice")}.""");
            }
        }
    }

    /// <exception cref="FormatException">It is not YAML, no mapping, or ambiguous.</exception>
    public static FrontMatter Parse(string? yaml)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml ?? ""));
            return stream.Documents.FirstOrDefault()?.RootNode switch
            {
                null or YamlScalarNode { Value: null or "" } => new FrontMatter([]),
                YamlMappingNode mapping => new FrontMatter(mapping.Children),
                _ => throw new FormatException("Its front matter is no list of keys and values; if it is text between two rules, write *** for ---."),
            };
        }
        catch (YamlException e)
        {
            throw new FormatException($"Its front matter is not YAML: {e.Message} (line {e.Start.Line})", e);
        }
    }

    public string? Text(string name) => values.GetValueOrDefault(name) is YamlScalarNode scalar ? Present(scalar) : null;

    /// <summary>A list, or one value alone as a list of one. Null when there is no such key; an empty list is an empty list.</summary>
    public IReadOnlyList<string>? List(string name) => values.GetValueOrDefault(name) switch
    {
        null => null,
        YamlSequenceNode sequence => [.. sequence.OfType<YamlScalarNode>().Select(Present).OfType<string>()],
        YamlScalarNode scalar => Present(scalar) is { } value ? [value] : [],
        _ => [],
    };

    /// <summary>
    /// The lines of the access list, null when there is none. The one key that is read strictly: a line passed over might have been a denial.
    /// </summary>
    /// <exception cref="FormatException">There is a list, and it is empty or holds something else than lines.</exception>
    public IReadOnlyList<string>? AccessLines()
    {
        var node = values.GetValueOrDefault("acl");
        if (node is null)
        {
            return null;
        }

        var lines = List("acl")!;
        return lines.Count > 0 && (node is YamlScalarNode || node is YamlSequenceNode sequence && sequence.Children.Count == lines.Count)
            ? lines
            : throw new FormatException("Its access list is empty or no list of lines, so that nobody can tell who may read it.");
    }

    /// <summary>A path such as <c>/docs/page</c>, which site generators write, is an absolute address of a file on some systems, and no link anywhere.</summary>
    public Uri? Uri(string name) => System.Uri.TryCreate(Text(name), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>A date without an offset is taken for UTC, wherever the connector runs.</summary>
    public DateTimeOffset? Date(string name) =>
        DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;

    public long? Number(string name) => long.TryParse(Text(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Without separators of thousands, or 1,5 would be fifteen.</summary>
    public double? Decimal(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    public bool? Flag(string name) => bool.TryParse(Text(name), out var flag) ? flag : null;

    private static string? Present(YamlScalarNode scalar) => string.IsNullOrWhiteSpace(scalar.Value) ? null : scalar.Value;
}
