using Tributary.TakeOver.Running;

namespace Tributary.Tests.TakeOver.Running;

public sealed class CommandPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-path-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_command_is_looked_for_on_the_path_and_not_in_the_working_directory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows finds commands in its own way.");
        string first = Make("first/tool", executable: false);
        string second = Make("second/tool", executable: true);
        string path = $"{Path.GetDirectoryName(first)}:{Path.GetDirectoryName(second)}";

        Assert.Equal((second, 0, ""), CommandPath.Find("tool", path));
        Assert.Equal((null, 126), Codes(CommandPath.Find("tool", Path.GetDirectoryName(first))));
        Assert.Equal((null, 127), Codes(CommandPath.Find("tool", _folder)));
        Assert.Equal((null, 127), Codes(CommandPath.Find("tool", null)));
        Assert.Equal((second, 0), Codes(CommandPath.Find(second, null)));
        Assert.Equal((null, 126), Codes(CommandPath.Find(_folder, null)));
        Assert.Equal((null, 127), Codes(CommandPath.Find(_folder + "/none", null)));
    }

    private static (string?, int) Codes((string? File, int ExitCode, string Problem) found) => (found.File, found.ExitCode);

    private string Make(string name, bool executable)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "#!/bin/sh\n");
        if (executable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return file;
    }
}
