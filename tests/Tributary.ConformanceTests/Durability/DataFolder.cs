namespace Tributary.ConformanceTests.Durability;

/// <summary>A data directory that outlives the servers started on it and is removed at the end of its test.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tributary-durability-").FullName;

    public string Database => System.IO.Path.Combine(Path, "tributary.db");

    public string Index => System.IO.Path.Combine(Path, "index");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
