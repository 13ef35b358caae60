namespace Tributary.Chaos.Judging;

/// <summary>What an item says, without its access list: as it was sent, or as an answer shows it.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Stamp">Made up for each text anew, so that it names one.</param>
/// <param name="Title">A property.</param>
/// <param name="Colour">A property.</param>
/// <param name="Number">A property.</param>
/// <param name="Content">Null in hits, which do not show it.</param>
internal sealed record ItemText(string Item, string Stamp, string Title, string Colour, long Number, string? Content)
{
    /// <summary>Whether <paramref name="shown"/> is this, as far as it is shown.</summary>
    public bool IsShownBy(ItemText shown) => this with { Content = shown.Content is null ? null : Content } == shown;
}
