using Tributary.Indexing;
using Tributary.Schemas;

namespace Tributary.Tests.Indexing;

public class IndexedFormTests
{
    private static readonly Property Plain = new() { Name = "title", Type = PropertyType.String };

    [Fact]
    public void A_new_property_changes_nothing_that_is_indexed() =>
        Assert.True(IndexedForm.IsSame(new Schema([Plain]), new Schema([Plain, Plain with { Name = "more", IsSearchable = true, IsRefinable = true }])));

    [Fact]
    public void What_is_read_when_a_query_comes_changes_nothing_that_is_indexed() => Assert.True(IndexedForm.IsSame(
        new Schema([Plain]),
        new Schema(
        [
            Plain with { IsRetrievable = true, Aliases = ["heading"], Labels = [Label.Title], RankingHint = ImportanceScore.High, Description = "x" },
        ])));

    [Fact]
    public void A_title_is_indexed_as_such_only_where_free_text_looks_in_it()
    {
        Property searched = Plain with { IsSearchable = true };

        Assert.False(IndexedForm.IsSame(new Schema([searched]), new Schema([searched with { Labels = [Label.Title] }])));
        Assert.False(IndexedForm.IsSame(new Schema([searched with { Labels = [Label.Title] }]), new Schema([searched])));
        Assert.True(IndexedForm.IsSame(new Schema([searched]), new Schema([searched with { Labels = [Label.Authors], RankingHint = ImportanceScore.Low }])));
        Assert.True(IndexedForm.IsSame(new Schema([Plain]), new Schema([Plain with { Labels = [Label.Title] }])));
    }

    public static TheoryData<string> Changes => ["searchable", "queryable", "refinable", "exact", "modified"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_attribute_that_shapes_a_document_changes_what_is_indexed_both_ways(string attribute)
    {
        Property changed = attribute switch
        {
            "searchable" => Plain with { IsSearchable = true },
            "queryable" => Plain with { IsQueryable = true },
            "refinable" => Plain with { IsRefinable = true },
            "exact" => Plain with { IsExactMatchRequired = true },
            _ => Plain with { Labels = [Label.LastModifiedDateTime] },
        };

        Assert.False(IndexedForm.IsSame(new Schema([Plain]), new Schema([changed])));
        Assert.False(IndexedForm.IsSame(new Schema([changed]), new Schema([Plain])));
    }
}
