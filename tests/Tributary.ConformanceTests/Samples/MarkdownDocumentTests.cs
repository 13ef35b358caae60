using MarkdownConnector;
using Microsoft.Graph.Models.ExternalConnectors;

namespace Tributary.ConformanceTests.Samples;

public sealed class MarkdownDocumentTests
{
    [Fact]
    public void A_document_without_front_matter_has_its_heading_for_title_and_is_for_everyone()
    {
        MarkdownDocument document = Read("# Printers\n\nThere is *one* queue.\n");

        Assert.Equal("Printers", document.Title);
        Assert.Equal("There is one queue.", document.Text);
        Assert.Equal([AclLine.GrantEveryone], document.Acl);
        Assert.Equal("https://docs.contoso.example/it/how%20to.md", document.Url.AbsoluteUri);
        Assert.Empty(document.Tags);
        Assert.Null(document.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Only text.")]
    [InlineData("#\n\nAn empty heading.")]
    public void A_document_without_heading_is_called_as_its_file(string markdown) => Assert.Equal("how to", Read(markdown).Title);

    [Fact]
    public void Marks_and_tags_are_left_out_of_the_text_and_words_are_not() =>
        Assert.Equal(
            "Bold and code & more\nin & out\na cell",
            Read("**Bold** and `code` &amp; <b>more</b>\n\n<div class='x'>\nin &amp; out <!-- a\n note --></div>\n\n- [a](https://contoso.example) cell\n").Text.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("---\nacl: [grant group hr]\n---\n# Text\n")]
    [InlineData("---\r\nacl: [grant group hr]\r\n---\r\n# Text\r\n")]
    [InlineData("---\nacl: [grant group hr]\n...\n# Text\n")]
    [InlineData("---   \nacl: [grant group hr]\n---\n# Text\n")]
    [InlineData(" ---\nacl: [grant group hr]\n---\n# Text\n")]
    [InlineData("\n\n---\nacl: [grant group hr]\n---\n# Text\n")]
    [InlineData("\uFEFF---\nacl: [grant group hr]\n---\n# Text\n")]
    [InlineData("---\nacl: [grant group hr]\n---")]
    public void An_access_list_is_found_however_the_file_is_written(string markdown) =>
        Assert.Equal([new AclLine(AccessType.Grant, AclType.Group, "hr")], Read(markdown).Acl);

    [Theory]
    [InlineData("---\nacl: [grant group hr]\n# Text\n")]
    [InlineData("---\nacl: [grant group hr]\n--\n# Text\n")]
    [InlineData("---")]
    [InlineData("---\n\nacl: [grant group hr\n---\n")]
    [InlineData("---\ntitle: a\nacl:[grant group hr]\n---\n")]
    [InlineData("---\nWhat stands between two rules.\n---\n# Text\n")]
    [InlineData("+++\nacl = [\"grant group hr\"]\n+++\n# Text\n")]
    [InlineData(";;;\n{ \"acl\": [\"grant group hr\"] }\n;;;\n")]
    [InlineData("----\nacl: [grant group hr]\n----\n# Text\n")]
    [InlineData("--- # front matter\nacl: [grant group hr]\n---\n# Text\n")]
    public void A_document_whose_front_matter_cannot_be_told_from_its_text_is_refused(string markdown) =>
        Assert.Throws<FormatException>(() => Read(markdown));

    [Fact]
    public void Deep_nesting_is_refused_and_not_a_crash() => Assert.Throws<FormatException>(() => Read(new string('>', 100_000) + " a"));

    private static MarkdownDocument Read(string markdown) =>
        MarkdownDocument.Read(new FileInfo("how to.md"), "it/how to.md", markdown, new Uri("https://docs.contoso.example/"));
}
