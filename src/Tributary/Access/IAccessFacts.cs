using Tributary.Acls;

namespace Tributary.Access;

/// <summary>
/// What an explanation rests on: one connection, and the users and groups of its tenant, as they are at one moment. Whoever tells another moment, or a change that nobody
/// made yet, implements this; the explanation is the same.
/// </summary>
/// <remarks>Members throw <see cref="Directories.DirectoryUnavailableException"/> when the directory cannot be asked: an explanation never guesses.</remarks>
internal interface IAccessFacts
{
    /// <summary>The moment they tell of.</summary>
    DateTimeOffset At { get; }

    /// <summary>The list of an item; null when there is no such item.</summary>
    ValueTask<ItemFacts?> FindItemOrNullAsync(string itemId, CancellationToken cancellationToken);

    /// <summary>The user as a search takes him, of whom nobody needs to know.</summary>
    /// <param name="userId">Object id, lower-case.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<UserFacts> ReadUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// The connection's external groups that the user is in, by himself, by his Entra groups or by external groups, as a search takes them; at most
    /// <paramref name="max"/>.
    /// </summary>
    ValueTask<IReadOnlyList<string>> FindExternalGroupsAsync(UserFacts user, int max, CancellationToken cancellationToken);

    /// <summary>
    /// One step up: which of these is directly in which groups. A user or a group of Entra is in groups of Entra and in external ones, an external group in external
    /// ones only. Repeated as long as it brings groups not met before, it leads to all groups that <see cref="ReadUserAsync"/> and
    /// <see cref="FindExternalGroupsAsync"/> name.
    /// </summary>
    /// <param name="members">Of types user, group and externalGroup.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Directories.DirectoryQuestionRefusedException">There are more to ask about than an explanation may.</exception>
    ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken);

    /// <summary><see cref="FindDirectGroupsAsync"/>, of which only external groups matter: whoever can tell them without asking the directory does.</summary>
    async ValueTask<IReadOnlyList<Membership>> FindDirectExternalGroupsAsync(IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
        [.. (await FindDirectGroupsAsync(members, cancellationToken)).Where(membership => membership.Group.Type == AclType.ExternalGroup)];

    /// <summary>What a group is called and at which version it is; null when there is none of that id, or nobody can tell.</summary>
    /// <param name="group">Of type group or externalGroup.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<GroupFacts?> FindGroupOrNullAsync(Principal group, CancellationToken cancellationToken);
}

/// <summary>An item, as far as access goes.</summary>
/// <param name="Acl">Its list.</param>
/// <param name="Change">Number of the change of the connection that wrote it last; null for one that is not stored.</param>
/// <param name="AclNumber">Number of its interned list; null for a list that is not stored.</param>
/// <param name="SearchableFrom">Searches do not find it before; null: at once.</param>
internal sealed record ItemFacts(Acl Acl, long? Change, long? AclNumber, DateTimeOffset? SearchableFrom);

/// <summary>Who told a fact.</summary>
internal enum FactSource
{
    /// <summary>The tenant's directory.</summary>
    Directory,

    /// <summary>The request: what the user's token says.</summary>
    Request,

    /// <summary>Nobody, and a search then takes it so.</summary>
    Default,

    /// <summary>Nobody: it is not known.</summary>
    Unknown,

    /// <summary>The change that is asked about.</summary>
    WhatIf,

    /// <summary>What the server kept of an earlier time.</summary>
    History,
}

/// <summary>A user as a search takes him.</summary>
internal sealed record UserFacts
{
    /// <summary>Object id, lower-case.</summary>
    public required string Id { get; init; }

    /// <summary>False: the tenant's directory has no such user. Null: there is none that could tell.</summary>
    public required bool? IsKnown { get; init; }

    /// <summary>False: the account is disabled in the directory, so no token of his is taken. Null: of that time it is not known.</summary>
    public bool? IsEnabled { get; init; } = true;

    /// <summary>Null: not known.</summary>
    public required bool? IsGuest { get; init; }

    public required FactSource IsGuestFrom { get; init; }

    /// <summary>Object ids of the Entra groups he is in, transitively, as far as is known; lower-case.</summary>
    public required IReadOnlySet<string> Groups { get; init; }

    public required FactSource GroupsFrom { get; init; }

    /// <summary>There may be more groups, Entra's and external ones.</summary>
    public required bool HasUnknownGroups { get; init; }

    /// <summary>The token does not carry all groups, and nobody else tells them: a search refuses him.</summary>
    public bool HasGroupsOverage { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>What <see cref="AclEvaluator"/> is asked about.</summary>
    public AccessPrincipals Access(IEnumerable<string> externalGroups) => new(Id, Groups, externalGroups, IsGuest, HasUnknownGroups);
}

/// <summary>A group as it is.</summary>
/// <param name="DisplayName">Null for none.</param>
/// <param name="Version">
/// A text that is another one as soon as the group has other members: the store's version where it keeps one, else a digest of the members. Null: whoever knows the
/// group does not tell.
/// </param>
internal sealed record GroupFacts(string? DisplayName, string? Version);

/// <summary>Somebody is directly in a group.</summary>
/// <param name="Member">Of type user, group or externalGroup.</param>
/// <param name="Group">Of type group or externalGroup.</param>
internal readonly record struct Membership(Principal Member, Principal Group);
