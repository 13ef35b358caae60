using System.Text.Json;

namespace Tributary.Connections;

/// <summary>
/// What the table of <see cref="AdaptiveCardElements"/> says about a member's value. A binding, <c>${…}</c>, may stand in place of any of them.
/// </summary>
internal abstract record CardValue;

/// <summary>A value that is judged on its own. When it turns out to be an object or array, what is inside it is anyone's.</summary>
/// <param name="Noun">What is expected, for the message.</param>
/// <param name="Accepts">Gets the value and, when it is a string, its text.</param>
internal sealed record CardLeaf(string Noun, Func<JsonElement, string?, bool> Accepts) : CardValue;

internal sealed record CardList(CardValue Item) : CardValue;

/// <summary>
/// An object whose <c>type</c> says what it is: any of the types that may stand in a place, and then it must say so, or one certain type, and then
/// it may leave that out.
/// </summary>
internal sealed record CardObject : CardValue
{
    private readonly CardPlaces _place;

    public CardObject(CardPlaces place) => _place = place;

    public CardObject(CardType only) => Only = only;

    /// <summary>Null where several types may stand.</summary>
    public CardType? Only { get; }

    public string Noun => Only is not null ? $"an object of type '{Only.Name}'" : _place switch
    {
        CardPlaces.Element => "an element",
        CardPlaces.Action => "an action",
        _ => "an action other than Action.ShowCard",
    };

    /// <summary>Whether the format lets objects here carry a <c>fallback</c> for hosts that do not know their type.</summary>
    public bool TakesFallback => Only is null || Only.MemberOrNull("fallback")?.Value is CardFallback;

    public IEnumerable<string> TypeNames => Only is null ? AdaptiveCardElements.TypeNames(_place) : [Only.Name];

    public CardType? TypeOrNull(string name) => Only is null ? AdaptiveCardElements.TypeOrNull(_place, name) : name == Only.Name ? Only : null;
}

/// <summary>A member with a shorthand: a string for what could be written as an object.</summary>
internal sealed record CardShorthand(CardLeaf Short, CardObject Long) : CardValue;

/// <summary>A word (<c>"drop"</c>), or another object for the place where the one that carries this member stands.</summary>
internal sealed record CardFallback(CardLeaf Word) : CardValue;
