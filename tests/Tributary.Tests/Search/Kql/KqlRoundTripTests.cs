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

    /// <summary>Queries that were right before something was put in, taken out, doubled or cut off.</summary>
    private static readonly Gen<string> Mutated = Gen.Select(
        KqlTrees.Any,
        Gen.Bool,
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 999], Gen.Int[1, 6], Gen.OneOf(Pieces), (kind, place, length, piece) => (kind, place, length, piece)).Array[1, 4],
        (tree, isTerse, changes) => changes.Aggregate(KqlWriter.Write(tree, isTerse), (text, change) =>
        {
            var start = text.Length * change.place / 1_000;
            var end = Math.Min(text.Length, start + change.length);
            return change.kind switch
            {
                0 => text.Insert(start, change.piece),
                1 => text.Remove(start, end - start),
                2 => text.Insert(start, text[start..end]),
                _ => change.length == 1 ? text[..start] : text[..start] + change.piece + text[end..],
            };
        }));

    [Fact]
    public void Every_random_text_is_a_tree_or_an_error_within_it() => Texts.Sample(AssertUnderstood, iter: 120_000);

    [Fact]
    public void Every_mutated_query_is_a_tree_or_an_error_within_it() => Mutated.Sample(AssertUnderstood, iter: 100_000);

    private static void AssertUnderstood(string text)
    {
        var result = KqlParser.Parse(text, KqlTestProperties.KeyOrNull);
        var lenient = KqlParser.ParseLenient(text, KqlTestProperties.KeyOrNull);
        if (result.IsValid)
        {
            AssertSound(result.Tree, 0, text.Length);
            var shape = KqlShape.Of(result.Tree);
            Assert.Equal(shape, KqlShape.Of(lenient!));
            var again = KqlParser.Parse(KqlWriter.Write(result.Tree, isTerse: false), KqlTestProperties.KeyOrNull, new KqlLimits(MaxLength: int.MaxValue));
            Assert.Equal((text, null, shape), (text, again.Error, again.Tree is null ? null : KqlShape.Of(again.Tree)));
        }
        else
        {
            Assert.InRange(result.Error.Position, 0, text.Length);
            Assert.InRange(result.Error.Describe(text).Length, 1, 400);
        }

        if (lenient is not null)
        {
            AssertSound(lenient, 0, text.Length);
            Assert.DoesNotContain(KqlTerms.Of(lenient), string.IsNullOrWhiteSpace);
        }
    }

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
        iter: 10_000);

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
        Assert.True(node is not Restriction restriction || (restriction.ValueStart > restriction.Start && restriction.ValueStart < restriction.End));
        Assert.True(
            node is not Restriction { Operator: KqlOperator.Less or KqlOperator.LessOrEqual or KqlOperator.Greater or KqlOperator.GreaterOrEqual } ordering
            || ordering.Value is TextValue { IsPrefix: false });
        Assert.True(node is not Words words || WordBreaks.HasWord(words.Text));
    }
}
