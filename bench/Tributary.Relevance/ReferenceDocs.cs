using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tributary.Relevance;

/// <summary>
/// The reference documentation of .NET, which every SDK brings along (MIT licence): a document for each type, its title the name as words, its content what is
/// said of its members. What is said of the type itself in one sentence is not indexed; queries are made of it.
/// </summary>
internal static partial class ReferenceDocs
{
    private const int LeastWords = 30;

    private const string SchemaJson =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "namespace", "type": "string", "isQueryable": true, "isRetrievable": true }
        ] }
        """;

    /// <summary>Of the SDK that this program runs on: beside its shared frameworks.</summary>
    public static string DefaultFolder =>
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "packs"));

    /// <exception cref="DirectoryNotFoundException">There is no such documentation.</exception>
    public static (Collection Collection, IReadOnlyList<KnownDocument> Known) Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        if (files.Length == 0)
        {
            throw new DirectoryNotFoundException($"{folder} holds no documentation files. Name the packs folder of a .NET SDK with --collection.");
        }

        var types = new Dictionary<string, Described>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            ReadFile(file, types);
        }

        var titles = new HashSet<string>(StringComparer.Ordinal);
        KnownDocument[] known = [.. types
            .OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => new KnownDocument(ArityMark().Replace(type.Key, ""), TitleOf(type.Key), type.Value.Members.ToString(), type.Value.Summary))
            .Where(type => ItemName().IsMatch(type.Name) && type.Content.Count(letter => letter == ' ') >= LeastWords && titles.Add(type.Title))];
        return (new Collection("dotnet", SchemaJson, [.. known.Select(DocumentOf)]), known);
    }

    private static Document DocumentOf(KnownDocument known)
    {
        byte[] body = ItemBody.Write(known.Content, writer =>
        {
            writer.WriteString("title", known.Title);
            writer.WriteString("namespace", known.Name[..Math.Max(0, known.Name.LastIndexOf('.'))]);
        });
        return new Document(known.Name, body, [known.Title, known.Content]);
    }

    private static void ReadFile(string file, Dictionary<string, Described> types)
    {
        XElement[] members = [.. XDocument.Load(file).Descendants("member")];
        foreach (XElement member in members)
        {
            string id = (string?)member.Attribute("name") ?? "";
            if (id.StartsWith("T:", StringComparison.Ordinal) && types.TryAdd(id[2..], new Described(TextOf(member.Element("summary")))))
            {
                types[id[2..]].Members.Append(TextOf(member.Element("remarks"))).Append('\n');
                types[id[2..]].File = file;
            }
        }

        // Two frameworks may bring the same assembly; one of them speaks.
        foreach (XElement member in members)
        {
            string id = ((string?)member.Attribute("name") ?? "").Split('(')[0];
            int dot = id.LastIndexOf('.');
            if (dot > 2 && id[0] != 'T' && types.TryGetValue(id[2..dot], out Described? type) && type.File == file)
            {
                type.Members.Append(Spaced(ArityMark().Replace(id[(dot + 1)..], "").Replace("#ctor", "", StringComparison.Ordinal))).Append(": ").Append(TextOf(member.Element("summary"))).Append('\n');
            }
        }
    }

    private static string TitleOf(string type) => Spaced(ArityMark().Replace(type[(type.LastIndexOf('.') + 1)..], ""));

    private static string Spaced(string name) => WordEdge().Replace(name, " ");

    /// <summary>References by the last part of their name.</summary>
    private static string TextOf(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (XNode node in element.DescendantNodes())
        {
            if (node is XText words)
            {
                text.Append(words.Value);
            }
            else if (node is XElement { IsEmpty: true } reference && (reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("langword")) is { } name)
            {
                text.Append(ArityMark().Replace(name.Value.Split('(')[0].Split(':', '.')[^1], ""));
            }
        }

        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>What is an item id once its dots are gone.</summary>
    [GeneratedRegex("^[A-Za-z0-9._]{1,128}$")]
    private static partial Regex ItemName();

    [GeneratedRegex("`+[0-9]+")]
    private static partial Regex ArityMark();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex WordEdge();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private sealed class Described(string summary)
    {
        public string Summary { get; } = summary;

        public StringBuilder Members { get; } = new();

        public string File { get; set; } = "";
    }
}
