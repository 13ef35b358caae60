using System.Text.RegularExpressions;
using MarkdownConnector;

namespace Tributary.ConformanceTests.Samples;

public sealed class ItemIdsTests
{
    [Theory]
    [InlineData("readme.md")]
    [InlineData("it/how to?&#%.md")]
    [InlineData("ja/在宅勤務.md")]
    [InlineData("a/very/deep/folder/whose/name/goes/on/and/on/until/it/is/longer/than/an/id/of/an/item/may/be/and/then/some/more.md")]
    public void An_id_has_only_letters_that_Graph_takes(string path) => Assert.Matches("^[A-Za-z0-9_-]{1,128}$", ItemIds.FromPath(path));

    [Fact]
    public void The_same_path_has_the_same_id_and_another_path_another()
    {
        string[] paths = ["a.md", "A.md", "a/b.md", "a-b.md", new string('a', 96), new string('a', 97), new string('a', 98)];

        Assert.Equal(paths.Select(ItemIds.FromPath), paths.Select(ItemIds.FromPath));
        Assert.Equal(paths.Length, paths.Select(ItemIds.FromPath).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_path_is_kept_readable_as_long_as_it_fits()
    {
        Assert.Equal(128, ItemIds.FromPath(new string('a', 96)).Length);
        Assert.Matches(new Regex("^sha256-[0-9a-f]{64}$"), ItemIds.FromPath(new string('a', 97)));
    }
}
