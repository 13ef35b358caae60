using System.Text;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public class SchemaTests
{
    private static readonly Schema Schema = new(
    [
        new Property { Name = "title", Type = PropertyType.String },
        new Property { Name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", Type = PropertyType.Int64 },
    ]);

    [Theory]
    [InlineData("title", 0)]
    [InlineData("TITLE", 0)]
    [InlineData("abcdefghijklmnopqrstuvwxyzABCDEF", 1)]
    [InlineData("titl", -1)]
    [InlineData("titles", -1)]
    [InlineData("", -1)]
    [InlineData("tïtle", -1)]
    public void Properties_are_found_ignoring_case_by_text_and_by_bytes(string name, int index)
    {
        Assert.Equal(index, Schema.IndexOf(Encoding.UTF8.GetBytes(name)));
        Assert.Same(index < 0 ? null : Schema.Properties[index], Schema.FindOrNull(name));
    }

    [Fact]
    public void Long_names_and_bytes_that_are_no_text_are_not_found()
    {
        Assert.Equal(-1, Schema.IndexOf(new byte[100_000]));
        Assert.Equal(-1, Schema.IndexOf([0xFF, 0xC3]));
    }
}
