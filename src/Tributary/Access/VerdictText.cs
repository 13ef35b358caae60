using System.Globalization;
using Tributary.Acls;
using Tributary.Graph;

namespace Tributary.Access;

/// <summary>What an explanation says to people.</summary>
internal static class VerdictText
{
    public static string Of(Verdict verdict)
    {
        string said = Of(verdict.Decision, verdict.Item?.Acl ?? Acl.Empty, verdict.Standing);
        string withheld = verdict.Decision.IsGranted && verdict.Withheld.Count > 0 ? " But he is shown nothing: " + string.Join(' ', verdict.Withheld.Select(Of)) : "";
        return said + withheld;
    }

    public static string Of(Withheld withheld) => withheld switch
    {
        Withheld.UserDisabled => "The user's account is disabled in the directory.",
        Withheld.EnabledUnknown => "It is not known whether the user's account was enabled then.",
        Withheld.GuestNotServed => "The user is a guest, and Search:AllowGuests is off.",
        Withheld.GuestUnknown => "It is not known whether the user is a guest, and Search:AllowGuests is off.",
        Withheld.GroupsOverage => "The user's token does not carry all groups, and no directory is configured to tell them.",
        Withheld.TooManyExternalGroups => "The user is in more external groups of the connection than Groups:MaxPerUser.",
        Withheld.ConnectionNotReady => "The connection is not ready, so searches pass over it.",
        Withheld.ConnectionNotSearched => "The connection's enabledContentExperiences leave out search.",
        _ => "The item is too new for searches to find it yet.",
    };

    public static string Of(Unknown unknown) => unknown switch
    {
        Unknown.UserUnknown => "The directory does not know the user, so it is not known in which groups he is.",
        Unknown.GroupsUnknown => "No directory tells in which Entra groups the user is, or was; state them with 'groups'.",
        Unknown.GuestUnknown => "It is not known whether the user is a guest; state it with 'isGuest'.",
        _ => "It is not known whether the user's account was enabled then; state it with 'wasEnabled'.",
    };

    private static string Of(Decision decision, Acl acl, Standing standing)
    {
        string unknown = string.Concat(standing.Unknown.Select(one => " " + Of(one)));
        switch (decision.Reason)
        {
            case DecisionReason.NoItem:
                return "There is no such item.";
            case DecisionReason.NoEntries:
                return "The access list has no entries, so nobody sees the item.";
            case DecisionReason.NotGranted:
                return "No entry of the access list grants the user." + unknown;
            case DecisionReason.MayBeDenied:
                return $"{Named(acl, decision)} may deny the user, and a deny wins over every grant." + unknown;
        }

        bool isGrant = decision.Reason == DecisionReason.Granted;
        return $"{Named(acl, decision)} {(isGrant ? "grants" : "denies")} the user{Through(decision)}{(isGrant ? ", and no entry denies him" : ", and a deny wins over every grant")}.";
    }

    private static string Named(Acl acl, Decision decision)
    {
        AclEntry entry = acl.Entries[decision.Index!.Value];
        string whom = entry.Type is AclType.Everyone or AclType.EveryoneExceptGuests ? "" : $" '{entry.Value}'";
        return string.Create(CultureInfo.InvariantCulture, $"The entry acl[{decision.Index}] ({WireNames<AclType>.Get(entry.Type)}{whom})");
    }

    private static string Through(Decision decision) => decision switch
    {
        { ChainOmitted: ChainOmission.TooManyGroups } => " (by which groups is not told: there are too many to ask the directory about)",
        { ChainOmitted: ChainOmission.NotFound } => " (by which groups is not told: they changed meanwhile, or the directory's answer is remembered)",
        { Chain.Count: > 2 } => string.Create(CultureInfo.InvariantCulture, $", who is in that group through {decision.Chain!.Count - 2} other(s)"),
        { Chain.Count: 2 } => ", who is directly in that group",
        _ => "",
    };
}
