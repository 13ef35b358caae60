namespace Tributary.ConformanceTests.Hosting;

/// <summary>The files of the repository that tests read, as they lie beside the test program.</summary>
internal static class SampleFiles
{
    /// <summary>The repository itself.</summary>
    public static string Repository { get; } = FindRepository();

    public static DirectoryInfo Corpus { get; } = new(Path.Combine(AppContext.BaseDirectory, "samples", "corpus"));

    /// <summary>The one that the sample's README starts the server with.</summary>
    public static string Seed { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "seed.json");

    /// <summary>The load balancer's configuration in <c>deploy/compose</c>.</summary>
    public static string LoadBalancer { get; } = Path.Combine(AppContext.BaseDirectory, "deploy", "haproxy.cfg");

    /// <summary>Apps with other permissions than the default ones.</summary>
    public static string TestSeed { get; } = Path.Combine(AppContext.BaseDirectory, "Hosting", "seed.json");

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tributary.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not stand below the repository's root.");
    }
}
