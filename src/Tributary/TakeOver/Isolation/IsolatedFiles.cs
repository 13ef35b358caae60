namespace Tributary.TakeOver.Isolation;

/// <summary>The files of the system that an isolated program sees differently.</summary>
internal static class IsolatedFiles
{
    public const string SystemHosts = "/etc/hosts";
    public const string SystemSwitch = "/etc/nsswitch.conf";

    /// <summary>The hosts file of the machine, without what it says of these names, and these names at the loopback.</summary>
    public static string Hosts(string system, IReadOnlyCollection<string> names)
    {
        IEnumerable<string> kept = system.Split('\n').Where(line =>
            !line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Skip(1).Any(name => names.Contains(name, StringComparer.OrdinalIgnoreCase)));
        return $"{string.Join('\n', kept).TrimEnd('\n')}\n{string.Concat(names.Select(name => $"127.0.0.1 {name}\n"))}";
    }

    /// <summary>Host names from the hosts file alone: there is no other host, and a resolver that runs outside would know the real ones.</summary>
    public static string Switch(string system)
    {
        IEnumerable<string> others = system.Split('\n').Where(line => !line.TrimStart().StartsWith("hosts:", StringComparison.Ordinal));
        return $"{string.Join('\n', others).TrimEnd('\n')}\nhosts: files\n";
    }
}
