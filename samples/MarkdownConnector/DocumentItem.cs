using System.Text;
using Microsoft.Graph.Models.ExternalConnectors;

namespace MarkdownConnector;

/// <summary>A document as the item that Graph stores, in the properties of <see cref="DocumentSchema"/>.</summary>
internal static class DocumentItem
{
    private const string IconUrl = "https://docs.contoso.example/markdown.png";

    public static ExternalItem Create(MarkdownDocument document, IEnumerable<Acl> acl)
    {
        var properties = new Dictionary<string, object>();
        AddText("title", document.Title);
        AddText("url", document.Url.AbsoluteUri);
        AddText("iconUrl", IconUrl);
        AddText("fileName", Path.GetFileName(document.RelativePath));
        AddText("department", document.Department);
        AddText("status", document.Status);
        AddText("priority", document.Priority);
        AddText("language", document.Language);
        AddList("authors", document.Authors);
        AddList("tags", document.Tags);
        AddValue("created", document.Created);
        AddValue("modified", document.Modified);
        AddValue("number", document.Number);
        AddValue("budget", document.Budget);
        AddValue("confidential", document.Confidential);

        return new ExternalItem
        {
            Acl = [.. acl],
            Properties = new Properties { AdditionalData = properties },
            Content = document.Text.Length == 0 ? null : new ExternalItemContent { Type = ExternalItemContentType.Text, Value = document.Text },
        };

        // Graph wants to be told the type of text beyond ASCII, and of every list. What a document does not have is left out, not sent as null.
        void AddText(string name, string? value)
        {
            if (value is not null && !Ascii.IsValid(value))
            {
                properties[$"{name}@odata.type"] = "String";
            }

            AddValue(name, value);
        }

        void AddList(string name, IReadOnlyList<string> values)
        {
            properties[$"{name}@odata.type"] = "Collection(String)";
            properties[name] = values;
        }

        void AddValue(string name, object? value)
        {
            if (value is not null)
            {
                properties[name] = value;
            }
        }
    }
}
