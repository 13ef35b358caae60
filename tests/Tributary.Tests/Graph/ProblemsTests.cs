using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class ProblemsTests
{
    [Fact]
    public void Texts_are_cut_between_characters()
    {
        var problems = new Problems();
        problems.Rule("$." + new string('x', 10_000), "Code", new string('y', 499) + "😀" + new string('z', 10_000));

        Assert.Equal(501, problems[0].Path.Length);
        Assert.Equal(new string('y', 499) + "…", problems[0].Message);
    }

    [Fact]
    public void Past_two_hundred_only_the_count_goes_up_and_the_answer_tells_fifty()
    {
        var problems = new Problems();
        for (int i = 0; i < 199; i++)
        {
            problems.Rule("$", "Code", "Wrong.");
        }

        Assert.False(problems.IsFull);
        for (int i = 0; i < 101; i++)
        {
            problems.Rule("$", "Code", "Wrong.");
        }

        Assert.True(problems.IsFull);
        Assert.Equal(300, problems.Count);
        Assert.EndsWith("$: Wrong. And 250 more.", GraphErrors.Invalid(problems).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"\ud800":1}""", "$.?")]
    [InlineData("""{"@odata.type":"\ud800"}""", "$.@odata.type")]
    public void Names_and_types_that_are_no_unicode_text_are_refused(string body, string path)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(body));
        var problems = new Problems();
        GraphObject.Open(document.RootElement, "$", new GraphType("test", isOpen: false, "a"), GraphVersion.V1, problems);

        Assert.Equal(path, Assert.Single(problems).Path);
    }
}
