using Tributary.Relevance;

namespace Tributary.Tests.Relevance;

public sealed class JudgedQueriesTests
{
    private static readonly HashSet<string> Documents = ["hr/leave", "it/vpn", "it/mail"];

    [Fact]
    public void A_line_has_words_a_restriction_and_documents_by_grade()
    {
        IReadOnlyList<RelevanceQuery> queries = JudgedQueries.Read(["# told", "", "[topic]", "slow \"vpn\" & department:IT -> 3: it/vpn  1: it/mail hr/leave", "leave -> 2: hr/leave"], Documents);

        Assert.Equal(["slow \"vpn\" department:IT", "leave"], queries.Select(query => query.Text));
        Assert.Equal("topic", queries[0].Kind);
        Assert.Equal(new Dictionary<string, int> { ["it/vpn"] = 3, ["it/mail"] = 1, ["hr/leave"] = 1 }, queries[0].Grades);
        Assert.Null(queries[1].Restriction);
    }

    [Theory]
    [InlineData("vpn 3: it/vpn", "Line 2: it is not 'words -> 3: document', with one arrow.")]
    [InlineData("vpn -> it -> 3: it/vpn", "Line 2: it is not 'words -> 3: document', with one arrow.")]
    [InlineData("vpn & a:b & c:d -> 3: it/vpn", "Line 2: before the arrow stand words, and at most one restriction after ' & '.")]
    [InlineData("vpn -> it/vpn", "Line 2: no grade stands before 'it/vpn'.")]
    [InlineData("vpn -> 4: it/vpn", "Line 2: '4:' is no grade; 1: to 3: are.")]
    [InlineData("vpn -> 0: it/vpn", "Line 2: '0:' is no grade; 1: to 3: are.")]
    [InlineData("vpn -> 3: it/vnp", "Line 2: there is no document 'it/vnp'.")]
    [InlineData("vpn -> 3: it/vpn 2: it/vpn", "Line 2: 'it/vpn' has two grades.")]
    [InlineData("vpn -> 1: it/vpn", "Line 2: no document has 2 or more, so no ranking could be right.")]
    public void What_is_not_understood_is_told_with_its_line(string line, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => JudgedQueries.Read(["[topic]", line], Documents)).Message);

    [Fact]
    public void A_query_is_judged_once_and_stands_below_its_kind()
    {
        Assert.Equal("Line 3: 'vpn' was judged before.", Assert.Throws<FormatException>(() => JudgedQueries.Read(["[topic]", "vpn -> 3: it/vpn", "vpn -> 2: it/mail"], Documents)).Message);
        Assert.Equal("Line 1: no [kind] stands before it.", Assert.Throws<FormatException>(() => JudgedQueries.Read(["vpn -> 3: it/vpn"], Documents)).Message);
    }
}
