using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Tests.Search;

public class PropertyNamesTests
{
    private static readonly Schema Schema = new(
    [
        new Property { Name = "headline", Type = PropertyType.String, Labels = [Label.Title], Aliases = ["subject"] },
        new Property { Name = "writers", Type = PropertyType.StringCollection, Labels = [Label.Authors] },
        new Property { Name = "changed", Type = PropertyType.DateTime, Labels = [Label.LastModifiedDateTime] },
        new Property { Name = "changer", Type = PropertyType.String, Labels = [Label.LastModifiedBy] },
        new Property { Name = "ext", Type = PropertyType.String, Labels = [Label.FileExtension] },
        new Property { Name = "link", Type = PropertyType.String, Labels = [Label.Url] },
        new Property { Name = "path", Type = PropertyType.String },
        new Property { Name = "other", Type = PropertyType.String, Aliases = ["author"] },
    ]);

    [Theory]
    [InlineData("headline", "headline")]
    [InlineData("HEADLINE", "headline")]
    [InlineData("Subject", "headline")]
    [InlineData("label_title", "headline")]
    [InlineData("Label_Title", "headline")]
    [InlineData("title", "headline")]
    [InlineData("authors", "writers")]
    [InlineData("label_authors", "writers")]
    [InlineData("lastModifiedTime", "changed")]
    [InlineData("lastModifiedDateTime", "changed")]
    [InlineData("label_LastModifiedDateTime", "changed")]
    [InlineData("modifiedBy", "changer")]
    [InlineData("fileType", "ext")]
    [InlineData("fileExtension", "ext")]
    [InlineData("url", "link")]
    [InlineData("label_URL", "link")]
    public void A_name_is_a_property_an_alias_or_a_label_whatever_its_case(string name, string property) =>
        Assert.Equal(property, PropertyNames.ResolveOrNull(Schema, name)?.Name);

    [Theory]
    [InlineData("path", "path")]
    [InlineData("author", "other")]
    public void A_property_or_alias_wins_over_a_label_of_that_name(string name, string property) =>
        Assert.Equal(property, PropertyNames.ResolveOrNull(Schema, name)?.Name);

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("label_")]
    [InlineData("label_nothing")]
    [InlineData("iconUrl")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("unknownFutureValue")]
    [InlineData("label_label_title")]
    public void Any_other_name_is_none(string name) => Assert.Null(PropertyNames.ResolveOrNull(Schema, name));
}
