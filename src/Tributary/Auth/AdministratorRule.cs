using Tributary.Graph;

namespace Tributary.Auth;

/// <summary>Whom <see cref="AccessRule.Administrator"/> lets in besides the operator.</summary>
internal static class AdministratorRule
{
    /// <summary>
    /// The 403 of who is no tenant administrator; null for one. The token needs the permission to read all items as well: an application to which an administrator gave
    /// less, such as to sign him in, is not to learn who sees what.
    /// </summary>
    public static GraphError? RefusalOrNull(Caller caller)
    {
        if (!caller.IsDelegated)
        {
            return GraphErrors.InsufficientPrivileges("An administrator of the tenant who is signed in is needed, or the operator of the server; an application is neither.");
        }

        return GraphOperations.Refuse(caller, GraphOperation.ItemsRead) is { } refusal ? refusal
            : caller.OwnsOnly(GraphOperation.ItemsRead)
                ? GraphErrors.InsufficientPrivileges("One of the delegated permissions ExternalItem.Read.All, ExternalItem.ReadWrite.All is needed, as the answer may concern any connection of the tenant.")
                : null;
    }
}
