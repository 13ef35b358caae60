using Tributary.Graph;

namespace Tributary.Auth;

/// <summary>Holds a caller against <see cref="PermissionTable"/>.</summary>
internal static class GraphOperations
{
    public static GraphPermission Accepted(GraphOperation operation, bool delegated) =>
        PermissionTable.FindOrNull(operation)?.Accepted(delegated).All ?? GraphPermission.None;

    /// <summary>Those of the accepted permissions that reach beyond the signed-in user himself.</summary>
    public static GraphPermission AcceptedForOthers(GraphOperation operation, bool delegated) =>
        Accepted(operation, delegated) & ~(GraphPermission.UserRead | GraphPermission.UserReadWrite);

    /// <summary>The 403 that <paramref name="caller"/> gets for <paramref name="operation"/>, or null when it may.</summary>
    public static GraphError? Refuse(Caller caller, GraphOperation operation)
    {
        if (caller.IsPersonalAccount)
        {
            return GraphErrors.InsufficientPrivileges("Personal Microsoft accounts are not supported.");
        }

        if (operation is GraphOperation.MeRead or GraphOperation.MyMembershipsRead && !caller.IsDelegated)
        {
            return GraphErrors.MeNeedsUser;
        }

        PermissionRow? row = PermissionTable.FindOrNull(operation);
        if (row is null || (caller.Held & row.Accepted(caller.IsDelegated).All) == GraphPermission.None)
        {
            return GraphErrors.InsufficientPrivileges(MissingPermission(caller, row));
        }

        if (caller.IsDelegated && row.NeedsAdministrator && !caller.IsAdministrator)
        {
            return GraphErrors.InsufficientPrivileges(
                "In a delegated call the signed-in user must be an administrator of the tenant, by a directory role in the token's wids or by Auth:Administrators.");
        }

        return null;
    }

    private static string MissingPermission(Caller caller, PermissionRow? row)
    {
        string kind = caller.IsDelegated ? "delegated" : "application";
        string has = caller.Permissions.Count == 0
            ? "the token has none."
            : $"the token has {string.Join(", ", caller.Permissions.Order(StringComparer.OrdinalIgnoreCase).Take(20))}.";
        AcceptedPermissions accepted = row?.Accepted(caller.IsDelegated) ?? AcceptedPermissions.NotSupported;
        if (accepted != AcceptedPermissions.NotSupported)
        {
            return $"One of the {kind} permissions {string.Join(", ", accepted.Names)} is needed; {has}";
        }

        string otherKind = caller.IsDelegated ? "application" : "delegated";
        AcceptedPermissions others = row?.Accepted(!caller.IsDelegated) ?? AcceptedPermissions.NotSupported;
        return $"The operation is not supported with {kind} permissions. One of the {otherKind} permissions {string.Join(", ", others.Names)} is needed; {has}";
    }
}
