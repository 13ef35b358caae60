using CsCheck;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

/// <summary>What holds for every text and every tree.</summary>
public class KqlRoundTripTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "\"", "*", ":", "=", "<", ">", " ", " ", ",", "-", "+", "..", "&", "a", "B", "7", "é", "🎉", "\ud83d", "\0",
        "AND", "OR", "NOT", "NEAR", "ONEAR", "WORDS", "XRANK", " AND ", " OR ", " NEAR(", "n=", "WORDS(", " XRANK(cb=1) ",
        "title", "title:", "price>=", "author:(", "2026-01-01",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.OneOf(Pieces).Array[0, 30].Select(pieces => string.Concat(pieces)));

    [Fact]
    public void Every_text_is_a_tree_or_an_error_within_it() => Texts.Sample(
        text =>
        {
            var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull);
            Assert.True(result.IsValid ? result.Tree is not null : result.Error.Position >= 0 && result.Error.Position <= text.Length);
            if (result.IsValid)
            {
                AssertSound(result.Tree, 0, text.Length);
            }
        },
        iter: 20_000);

    [Fact]
    public void Lenient_parsing_changes_nothing_where_the_text_is_a_query() => Texts.Sample(
        text =>
        {
            var strict = KqlParser.Parse(text, KqlTestProperties.KeyOrNull).Tree;
            var lenient = KqlParser.ParseLenient(text, KqlTestProperties.KeyOrNull);
            if (strict is not null)
            {
                Assert.Equal(KqlShape.Of(strict), KqlShape.Of(lenient!));
            }

            if (lenient is null)
            {
                return;
            }

            AssertSound(lenient, 0, text.Length);
            Assert.DoesNotContain(KqlTerms.Of(lenient), string.IsNullOrWhiteSpace);
        },
        iter: 20_000);

    [Fact]
    public void A_tree_written_as_KQL_is_read_as_the_same_tree() => KqlTrees.Any.Sample(
        tree =>
        {
            foreach (var isTerse in (bool[])[false, true])
            {
                var text = KqlWriter.Write(tree, isTerse);
                var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull, new KqlLimits(MaxLength: int.MaxValue, MaxClauses: int.MaxValue));
                Assert.Equal((text, null, KqlShape.Of(tree)), (text, result.Error, result.Tree is null ? null : KqlShape.Of(result.Tree)));
            }
        },
        iter: 5_000);

    /// <summary>Each node lies within its parent, and the forms the tree promises to avoid do not occur.</summary>
    private static void AssertSound(KqlNode node, int from, int to)
    {
        Assert.True(node.Start >= from && node.End <= to && node.Length > 0, $"{node} is not within {from} to {to}.");
        IEnumerable<KqlNode> children = node switch
        {
            And and => and.Operands,
            Or or => or.Operands,
            Not not => [not.Operand],
            Near near => near.Operands,
            Synonyms synonyms => synonyms.Terms,
            Xrank xrank => [xrank.Match, .. xrank.Boosts.Select(boost => boost.Rank)],
            Restriction { Value: GroupValue group } => [group.Expression],
            _ => [],
        };
        foreach (var child in children)
        {
            Assert.False(node is And && child is And || node is Or && child is Or);
            AssertSound(child, node.Start, node.End);
        }

        Assert.True(node is not (And or Or or Near) || children.Count() > 1);
        Assert.True(node is not Words words || WordBreaks.HasWord(words.Text));
    }
}
