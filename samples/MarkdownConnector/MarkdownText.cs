using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace MarkdownConnector;

/// <summary>The three things that the connector wants from a Markdown file.</summary>
internal sealed partial record MarkdownText(string? FrontMatter, string? FirstHeading, string Plain)
{
    /// <summary>What front matter begins with, in YAML and in the two forms that this connector does not read: TOML and JSON.</summary>
    private static readonly string[] Fences = ["---", "+++", ";;;"];

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    /// <exception cref="FormatException">
    /// What looks like front matter cannot be read as such, or text is nested more deeply than any person would write it.
    /// </exception>
    public static MarkdownText Parse(string markdown)
    {
        try
        {
            // Front matter below an empty line would be text, and its access list as well.
            var text = markdown.TrimStart('\uFEFF').TrimStart();
            var document = Markdown.Parse(text, Pipeline);
            var frontMatter = document.Descendants<YamlFrontMatterBlock>().FirstOrDefault()?.Lines.ToString();
            if (frontMatter is null && Fences.Any(fence => text.StartsWith(fence, StringComparison.Ordinal)))
            {
                throw new FormatException("It begins like front matter that is not YAML between two lines of ---; if it is a rule, write *** instead.");
            }

            var heading = document.Descendants<HeadingBlock>().FirstOrDefault();
            return new MarkdownText(
                frontMatter,
                heading is null ? null : NullIfBlank(ToPlainText(heading)),
                ToPlainText(document));
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The words without Markdown's marks and HTML's tags, which would only be noise to a reader of summaries.</summary>
    private static string ToPlainText(MarkdownObject part)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer) { EnableHtmlForBlock = false, EnableHtmlForInline = false, EnableHtmlEscape = false };
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlBlockRenderer>(new HtmlBlockText());
        renderer.Render(part);
        return writer.ToString().Trim();
    }

    private static string? NullIfBlank(string text) => string.IsNullOrWhiteSpace(text) ? null : text;

    [GeneratedRegex("<!--.*?-->|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    /// <summary>Markdig writes blocks of HTML as they are, whatever it is told about HTML elsewhere.</summary>
    private sealed class HtmlBlockText : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock obj)
        {
            var text = WebUtility.HtmlDecode(Tag().Replace(obj.Lines.ToString(), " ")).Trim();
            if (text.Length > 0)
            {
                renderer.EnsureLine();
                renderer.WriteLine(text);
            }
        }
    }
}
