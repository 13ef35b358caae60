namespace Tributary.Chaos;

/// <summary>Finds the built server.</summary>
internal static class ServerFile
{
    private const string Name = "tributary.dll";

    /// <param name="named">By the command line; null: beside this program, else in the build output of the repository that it was built in.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string? named)
    {
        if (named is not null)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : throw new FileNotFoundException($"There is no {named}.");
        }

        string beside = Path.Combine(AppContext.BaseDirectory, Name);
        if (File.Exists(beside))
        {
            return beside;
        }

        // This program is in tests/Tributary.Chaos/bin/{configuration}/{framework}, the server in src/Tributary/bin/….
        string[] here = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        string built = Path.GetFullPath(Path.Combine([AppContext.BaseDirectory, "..", "..", "..", "..", "..", "src", "Tributary", "bin", .. here[^2..], Name]));
        return File.Exists(built) ? built : throw new FileNotFoundException($"There is no {built}. Build src/Tributary, or name the server: --server tributary.dll");
    }
}
