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
    [InlineData("label_author")]
    [InlineData("label_path")]
    [InlineData("id")]
    [InlineData("#id")]
    public void Any_other_name_is_none(string name) => Assert.Null(PropertyNames.ResolveOrNull(Schema, name));

    [Theory]
    [InlineData("HEADLINE", "headline")]
    [InlineData("Subject", "headline")]
    [InlineData("Label_Title", "headline")]
    [InlineData("Title", "headline")]
    [InlineData("id", "#id")]
    [InlineData("ID", "#id")]
    [InlineData("DocumentId", "#documentId")]
    [InlineData("documentId", "#documentId")]
    [InlineData("SubstrateContentDomainId", "#substrateContentDomainId")]
    [InlineData("substrateLocationId", "#substrateLocationId")]
    [InlineData("IMMUTABLEENTRYID", "#immutableEntryId")]
    [InlineData("nothing", null)]
    [InlineData("#id", null)]
    [InlineData("?nothing", null)]
    [InlineData("label_id", null)]
    public void The_key_of_a_name_is_that_of_a_property_of_the_schema_or_else_of_the_system(string name, string? key) =>
        Assert.Equal(key, PropertyNames.KeyOrNull(Schema, name));

    [Theory]
    [InlineData("id")]
    [InlineData("documentId")]
    [InlineData("substrateContentDomainId")]
    [InlineData("substrateLocationId")]
    [InlineData("immutableEntryId")]
    public void A_system_property_never_hides_a_property_or_an_alias_of_its_name(string name)
    {
        var named = new Schema([new Property { Name = name.ToUpperInvariant(), Type = PropertyType.Int64 }]);
        Assert.Equal(name.ToUpperInvariant(), PropertyNames.KeyOrNull(named, name));
        var aliased = new Schema([new Property { Name = "number", Type = PropertyType.Int64, Aliases = [name.ToUpperInvariant()] }]);
        Assert.Equal("number", PropertyNames.KeyOrNull(aliased, name));
        Assert.Equal("number", PropertyNames.ResolveOrNull(aliased, name)?.Name);
        Assert.Equal("#" + name, PropertyNames.KeyOrNull(new Schema([]), name));
        Assert.Null(PropertyNames.ResolveOrNull(new Schema([]), name));
    }

    [Fact]
    public void Every_system_property_is_found_by_its_key_and_nothing_else_is()
    {
        Assert.All(Enum.GetValues<SystemProperty>(), property => Assert.Equal(property, SystemPropertyNames.OfKeyOrNull(SystemPropertyNames.Key(property))));
        Assert.All(["", "#", "id", "?id", "#nothing", PropertyNames.ForeignKey("id")], key => Assert.Null(SystemPropertyNames.OfKeyOrNull(key)));
    }
}
