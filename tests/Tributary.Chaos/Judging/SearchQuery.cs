using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>What the load asks for, which is little, so that what it must find is beyond doubt.</summary>
internal sealed record SearchQuery(string Text)
{
    private const string ColourPrefix = "colour:";

    public bool IsAll => Text == "*";

    /// <summary>Whether <paramref name="item"/> can match by its id alone, whatever it says. Sound: no other item ever matches.</summary>
    public bool CanMatch(string item, Func<string, string?> itemOfStamp) =>
        IsAll || Text.StartsWith(ColourPrefix, StringComparison.Ordinal) || Text == item || Text == World.LaneOf(item) || itemOfStamp(Text) == item;

    public bool Matches(ItemText text) =>
        IsAll
        || (Text.StartsWith(ColourPrefix, StringComparison.Ordinal) ? text.Colour == Text[ColourPrefix.Length..]
            : Text == text.Item || Text == World.LaneOf(text.Item) || Text == text.Stamp);

    public static string OfColour(string colour) => ColourPrefix + colour;
}
