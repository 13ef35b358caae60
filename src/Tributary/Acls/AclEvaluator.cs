namespace Tributary.Acls;

/// <summary>
/// The definition of access (external-connectors 6.6, search 16). Whatever answers the question faster, such as the index, is proven equal to this.
/// </summary>
internal static class AclEvaluator
{
    /// <summary>
    /// A deny that meets the caller wins over every grant, however specific either is; without a grant that meets the caller the answer is no, and so it is
    /// for an empty list and for nobody. A deny meets also whom it may name for all that is known, a grant only whom it names for certain.
    /// </summary>
    public static bool IsVisible(Acl acl, AccessPrincipals caller)
    {
        if (caller.UserId is null)
        {
            return false;
        }

        bool isGranted = false;
        for (int i = 0; i < acl.Entries.Count; i++)
        {
            AclEntry entry = acl.Entries[i];
            var principal = Principal.Of(entry);
            if (entry.AccessType == AccessType.Grant)
            {
                isGranted |= caller.Is(principal);
            }
            else if (caller.MayBe(principal))
            {
                // Anything that is no grant keeps out, so a value that this version does not know cannot let anybody in.
                return false;
            }
        }

        return isGranted;
    }
}
