namespace Tributary.Auth;

/// <summary>Who asks, as the validated token tells.</summary>
internal sealed record Caller
{
    /// <summary><c>tid</c>, lower-case. The partition of all data.</summary>
    public required string TenantId { get; init; }

    /// <summary><c>azp</c> or <c>appid</c>, lower-case: the key of connection ownership, also in delegated calls.</summary>
    public required string AppId { get; init; }

    /// <summary><c>oid</c> of the signed-in user, lower-case; null for an application.</summary>
    public required string? UserId { get; init; }

    /// <summary>Application roles of an app-only token, or delegated scopes. Compared ignoring case.</summary>
    public required IReadOnlySet<string> Permissions
    {
        get;
        init
        {
            field = value;
            Held = GraphPermissions.Parse(value);
        }
    }

    /// <summary>Group object ids of the user, lower-case. Empty for an application.</summary>
    public required IReadOnlySet<string> Groups { get; init; }

    /// <summary>The user administers the tenant, by a directory role or by configuration. False for an application.</summary>
    public required bool IsAdministrator { get; init; }

    /// <summary>Null: the token does not say. Whom the directory knows, and whom no directory can tell about, is then a member; of anybody else it stays unknown.</summary>
    public required bool? IsGuest { get; init; }

    /// <summary>The token says something of groups that are no list of ids, such as their names. As with <see cref="HasGroupsOverage"/>.</summary>
    public bool HasUnreadableGroups { get; init; }

    /// <summary>
    /// The tenant's directory does not know the user, so it is not known either in which groups he is. Whoever trims by groups must take each deny of a group
    /// to name him: he may have been in it before he was deleted.
    /// </summary>
    public bool HasUnknownGroups { get; init; }

    /// <summary>
    /// The user is in more groups than the token could carry (<c>hasgroups</c>, <c>_claim_names</c>), so <see cref="Groups"/> is not the whole truth.
    /// Whoever trims by groups must refuse: a deny for a group that is not listed would be missed.
    /// </summary>
    public bool HasGroupsOverage { get; init; }

    /// <summary>The token carries the app role <c>Tributary.Operate</c> (design 18: the operator is not the tenant's administrator).</summary>
    public bool IsOperator { get; init; }

    /// <summary>The client gets itself a new token when a 401 asks for claims (<c>xms_cc</c> has <c>cp1</c>).</summary>
    public bool HandlesClaimsChallenges { get; init; }

    public bool IsDelegated => UserId is not null;

    /// <summary>The tenant that all personal Microsoft accounts are in.</summary>
    public const string PersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

    /// <summary>A personal Microsoft account, which the connectors API never supports.</summary>
    public bool IsPersonalAccount => TenantId == PersonalAccounts;

    /// <summary>Those of <see cref="Permissions"/> that mean something here.</summary>
    internal GraphPermission Held { get; private init; }

    /// <summary>Whether this caller may do <paramref name="operation"/> at all; <see cref="GraphOperations.Refuse"/> says why not.</summary>
    public bool May(GraphOperation operation) => GraphOperations.Refuse(this, operation) is null;

    /// <summary>
    /// Whether the caller may do <paramref name="operation"/> only on connections that its app owns or is authorised for, because nothing more than
    /// an <c>…OwnedBy</c> permission allows it. True as well when nothing allows it: who forgot to ask <see cref="May"/> sees too little.
    /// </summary>
    public bool OwnsOnly(GraphOperation operation) =>
        (Held & GraphOperations.Accepted(operation, IsDelegated) & ~GraphPermissions.OwnedBy) == GraphPermission.None;

    /// <summary>Lets a handler take a <see cref="Caller"/> parameter; <see cref="GraphAuthorization"/> has put it there.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("There is no caller: the endpoint does not require a permission.");
}
