namespace Tributary.Benchmarks.Scenarios;

/// <summary>A directory that goes when it is disposed. Under the system's temporary directory, which should be on the disk that is to be measured.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tributary-bench-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
