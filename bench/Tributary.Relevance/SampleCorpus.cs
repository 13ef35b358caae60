using System.Globalization;
using System.Text.Json;
using MarkdownConnector;

namespace Tributary.Relevance;

/// <summary>The documents of <c>samples/corpus</c>, with the properties that the sample connector gives them; access is everyone's.</summary>
internal static class SampleCorpus
{
    private const string SchemaJson =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "url", "type": "string", "isRetrievable": true, "labels": ["url"] },
          { "name": "authors", "type": "stringCollection", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["authors"] },
          { "name": "created", "type": "dateTime", "isRefinable": true, "isQueryable": true, "isRetrievable": true, "labels": ["createdDateTime"] },
          { "name": "modified", "type": "dateTime", "isRefinable": true, "isQueryable": true, "isRetrievable": true, "labels": ["lastModifiedDateTime"] },
          { "name": "fileName", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["fileName"] },
          { "name": "tags", "type": "stringCollection", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "department", "type": "string", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "status", "type": "string", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "priority", "type": "string", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "language", "type": "string", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "number", "type": "int64", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "budget", "type": "double", "isRefinable": true, "isQueryable": true, "isRetrievable": true },
          { "name": "confidential", "type": "boolean", "isQueryable": true, "isRetrievable": true }
        ] }
        """;

    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "relevance", "corpus");

    /// <exception cref="FormatException">A document cannot be read.</exception>
    public static Collection Read(string folder) => new(
        "samples",
        SchemaJson,
        [.. Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)
            .Select(file => (File: file, Name: Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/')))
            .OrderBy(document => document.Name, StringComparer.Ordinal)
            .Select(document => Read(document.Name, Path.GetFileName(document.File), File.ReadAllText(document.File)))]);

    private static Document Read(string name, string fileName, string markdown)
    {
        var text = MarkdownText.Parse(markdown);
        var matter = FrontMatter.Parse(text.FrontMatter);
        string title = matter.Text("title") ?? throw new FormatException($"{name} has no title.");
        IReadOnlyList<string> authors = matter.List("authors") ?? [];
        string content = text.Plain.StartsWith(title + "\n", StringComparison.Ordinal) ? text.Plain[(title.Length + 1)..] : text.Plain;
        byte[] body = ItemBody.Write(content, writer =>
        {
            writer.WriteString("title", title);
            writer.WriteString("fileName", fileName);
            WriteList(writer, "authors", authors);
            WriteList(writer, "tags", matter.List("tags") ?? []);
            foreach (string property in (string[])["url", "department", "status", "priority", "language"])
            {
                if (matter.Text(property) is { } value)
                {
                    writer.WriteString(property, value);
                }
            }

            foreach (string property in (string[])["created", "modified"])
            {
                if (matter.Date(property) is { } date)
                {
                    writer.WriteString(property, date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                }
            }

            if (matter.Number("number") is { } number)
            {
                writer.WriteNumber("number", number);
            }

            if (matter.Decimal("budget") is { } budget)
            {
                writer.WriteNumber("budget", budget);
            }

            if (matter.Flag("confidential") is { } confidential)
            {
                writer.WriteBoolean("confidential", confidential);
            }
        });
        return new Document(name, body, [title, .. authors, fileName, content]);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteString($"{name}@odata.type", "Collection(String)");
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
