using Tributary.TakeOver.Certificates;

namespace Tributary.Tests.TakeOver.Certificates;

public sealed class HostNameTests
{
    public static TheoryData<string> Right => ["tributary", "graph.example.org", "a", "A-1.b", new string('a', 63), string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".a"];

    public static TheoryData<string> Wrong =>
    [
        "", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "*.example.org", "ü.example", "10.0.0.1", "::1", new string('a', 64),
        string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".aa",
    ];

    [Theory]
    [MemberData(nameof(Right))]
    public void A_name_of_labels_is_one(string name) => Assert.Null(HostName.ProblemOrNull(name));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Addresses_wildcards_and_what_is_no_label_are_none(string name) => Assert.NotNull(HostName.ProblemOrNull(name));
}
