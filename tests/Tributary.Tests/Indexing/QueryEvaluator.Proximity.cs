using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <content>Proximities (search 7.7): every choice of places is tried.</content>
internal sealed partial class QueryEvaluator
{
    /// <summary>
    /// From left to right every way through the text: where it begins, and the operand that stands last. Operands may overlap, as "beta gamma" and "gamma" do; the
    /// specification does not say, and Lucene lets them.
    /// </summary>
    private bool? IsNear(IEnumerable<string> texts, Near near)
    {
        (Words Words, string[] Stems, Near Link)[] operands =
            [.. Chain(near).Select(part => (part.Words, StemsOf(part.Words.Text, part.Words), part.Link)).Where(part => part.Item2.Length > 0)];
        return operands.Length == 0 ? null : texts.Any(text =>
        {
            IEnumerable<(int Start, (int Start, int End) Last)> ways = Found(text, operands[0]).Select(place => (place.Start, place));
            foreach (var operand in operands[1..])
            {
                ways = [.. ways.SelectMany(way => Found(text, operand).Where(place => IsNext(way, place, operand.Link)).Select(place =>
                    place.CompareTo(way.Last) > 0 ? (way.Start, place) : (Math.Min(way.Start, place.Start), way.Last))).Distinct()];
            }

            return ways.Any();
        });

        IEnumerable<(int Start, int End)> Found(string text, (Words Words, string[] Stems, Near Link) operand) =>
            Occurrences(StemsOf(text, operand.Words), operand.Stems, operand.Words.IsPrefix).Select(start => (start, start + operand.Stems.Length));

        static bool IsNext((int Start, (int Start, int End) Last) way, (int Start, int End) place, Near link) => place.CompareTo(way.Last) > 0
            ? place.Start - way.Last.End <= link.Distance
            : !link.IsOrdered && way.Start - place.End <= link.Distance;
    }

    /// <summary>The words of a chain, each with the operator before it; that of the first is of no use.</summary>
    private static IEnumerable<(Words Words, Near Link)> Chain(Near near) =>
        near.Operands.SelectMany(operand => operand is Near before ? Chain(before) : [((Words)operand, near)]);

    private static bool NearIsAsked(Near near) => Chain(near).Any(part => WordsOf(part.Words.Text).Length > 0);
}
