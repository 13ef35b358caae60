using Tributary.Groups;

namespace Tributary.Tests.Access;

/// <summary>Few names, so that they meet often: the same in every tenant and connection, where they are others.</summary>
internal static class AccessNames
{
    public const int Tenants = 2;
    public const int Connections = 2;

    public static readonly string[] Users = [.. Enumerable.Range(0, 4).Select(number => $"0b1d2e3f-0000-4000-8000-0000000000a{number}")];

    public static readonly string[] Groups = [.. Enumerable.Range(0, 4).Select(number => $"0b1d2e3f-0000-4000-8000-0000000000b{number}")];

    /// <summary>Two of them differ in letter case only.</summary>
    public static readonly string[] ExternalGroups = ["nightshift", "Nightshift", "dayshift", "crew"];

    /// <summary>Members of Entra groups: users, groups, and what is neither.</summary>
    public static readonly string[] Members = [.. Users, .. Groups, "0b1d2e3f-0000-4000-8000-0000000000cc"];

    /// <summary>Members of external groups, in each letter case in which a client may send them.</summary>
    public static readonly Identity[] Identities =
    [
        .. InAnyCase(Users).Select(id => new Identity(id, IdentityType.User)),
        .. InAnyCase(Groups).Select(id => new Identity(id, IdentityType.Group)),
        .. ExternalGroups.Append("nowhere").Select(id => new Identity(id, IdentityType.ExternalGroup)),
        new Identity(Users[0].Replace('a', 'd'), IdentityType.User),
    ];

    public static string[] InAnyCase(string[] ids) => [.. ids, .. ids.Select(id => id.ToUpperInvariant())];

    public static T At<T>(this T[] names, int place) => names[place % names.Length];
}
