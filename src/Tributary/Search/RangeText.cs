using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>Key and token of a range's bucket, to the letter of the published examples; bounds are written as they were sent (search 11.2).</summary>
internal static class RangeText
{
    public static string Key(FacetRange range)
    {
        bool isOfNumbers = KqlNumbers.IsNumber(range.From ?? range.To!);
        return (range.From, range.To) switch
        {
            (null, { } to) => isOfNumbers ? $"Less than {to}" : $"Before {to}",
            ({ } from, null) => isOfNumbers ? $"{from} and up" : $"{from} or later",
            var (from, to) => isOfNumbers ? $"{from} up to {to}" : $"From {from} up to {to}",
        };
    }

    public static string Token(FacetRange range) => range.To is { } to ? $"range({range.From ?? "min"}, {to})" : $"range({range.From}, max, to=\"le\")";
}
