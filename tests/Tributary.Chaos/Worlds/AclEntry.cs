namespace Tributary.Chaos.Worlds;

/// <summary>An entry of an access list as it stands on the wire.</summary>
internal readonly record struct AclEntry(string Type, string Value, bool IsGrant)
{
    public const string User = "user";
    public const string Group = "group";
    public const string ExternalGroup = "externalGroup";
    public const string Everyone = "everyone";
    public const string EveryoneExceptGuests = "everyoneExceptGuests";

    public override string ToString() => $"{(IsGrant ? "+" : "-")}{Type}:{Value}";
}
