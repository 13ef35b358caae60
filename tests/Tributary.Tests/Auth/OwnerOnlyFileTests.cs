using System.Diagnostics;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Storage;
using Tributary.TakeOver;

namespace Tributary.Tests.Auth;

public sealed class OwnerOnlyFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-key-").FullName;

    private string KeyFile => Path.Combine(_directory, "some.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Refused() => Assert.Throws<InvalidDataException>(() => OwnerOnlyFile.ReadOrCreate(KeyFile, () => "made")).Message;

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void What_is_made_is_read_again_and_made_once()
    {
        Assert.Null(OwnerOnlyFile.ReadOrNull(KeyFile));
        Assert.Equal("made", OwnerOnlyFile.ReadOrCreate(KeyFile, () => "made"));
        Assert.Equal("made", OwnerOnlyFile.ReadOrCreate(KeyFile, () => "another"));
        Assert.Equal("made", OwnerOnlyFile.ReadOrNull(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_made_for_the_owner_only_and_not_by_reading()
    {
        string below = Path.Combine(_directory, "not", "there");

        Assert.Null(OwnerOnlyFile.ReadOrNull(Path.Combine(below, "some.key")));
        Assert.False(Directory.Exists(below));
        OwnerOnlyFile.ReadOrCreate(Path.Combine(below, "some.key"), () => "made");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(below));
            Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(below, "some.key")));
        }
    }

    [Theory]
    [InlineData("600")]
    [InlineData("400")]
    [InlineData("700")]
    public void A_file_of_its_owner_alone_is_taken(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        KeyFiles.Write(KeyFile, "mine");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, (UnixFileMode)Convert.ToInt32(mode, 8));
        }

        Assert.Equal("mine", OwnerOnlyFile.ReadOrCreate(KeyFile, () => "made"));
    }

    [Theory]
    [InlineData("640")]
    [InlineData("604")]
    [InlineData("620")]
    [InlineData("602")]
    [InlineData("610")]
    [InlineData("666")]
    public void One_that_others_may_read_or_write_is_refused_and_left_as_it_is(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        KeyFiles.Write(KeyFile, "a secret");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, (UnixFileMode)Convert.ToInt32(mode, 8));
            string message = Refused();

            Assert.StartsWith($"The key file {KeyFile} may be read or written by other users (mode {mode})", message, StringComparison.Ordinal);
            Assert.Contains("close it (chmod 600); else delete it", message, StringComparison.Ordinal);
            Assert.DoesNotContain("a secret", message, StringComparison.Ordinal);
            Assert.Equal((UnixFileMode)Convert.ToInt32(mode, 8), File.GetUnixFileMode(KeyFile));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_is_refused_and_what_it_leads_to_is_left_alone(bool isThere)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few make links.");
        string target = Path.Combine(_directory, "target");
        if (isThere)
        {
            KeyFiles.Write(target, "mine");
        }

        File.CreateSymbolicLink(KeyFile, target);

        Assert.StartsWith($"The key file {KeyFile} cannot be read: It is a symbolic link.", Refused(), StringComparison.Ordinal);
        Assert.Equal(isThere, File.Exists(target));
        Assert.True(!isThere || File.ReadAllText(target) == "mine");
    }

    [Fact]
    public void A_directory_that_a_link_leads_to_is_the_operators_choice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets few make links.");
        string real = Path.Combine(_directory, "real");
        Directory.CreateDirectory(real);
        Directory.CreateSymbolicLink(Path.Combine(_directory, "link"), real);

        Assert.Equal("made", OwnerOnlyFile.ReadOrCreate(Path.Combine(_directory, "link", "some.key"), () => "made"));
        Assert.True(File.Exists(Path.Combine(real, "some.key")));
    }

    [Fact]
    public async Task A_pipe_is_refused_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        await RunAsync("mkfifo", "-m", "600", KeyFile);

        Assert.Equal($"The key file {KeyFile} cannot be read: it is no ordinary file. Take it away, to have a new one made.", Refused());
    }

    [Fact]
    public void A_folder_is_refused()
    {
        Directory.CreateDirectory(KeyFile);

        Assert.StartsWith($"The key file {KeyFile} cannot be read", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("777", false)]
    [InlineData("702", false)]
    [InlineData("1777", true)]
    [InlineData("770", true)]
    [InlineData("755", true)]
    public void In_a_directory_that_everybody_may_write_to_no_file_is_trusted_or_made(string mode, bool isTrusted)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_directory, (UnixFileMode)Convert.ToInt32(mode, 8));
            if (isTrusted)
            {
                Assert.Equal("made", OwnerOnlyFile.ReadOrCreate(KeyFile, () => "made"));
                return;
            }

            Assert.StartsWith($"The key file {KeyFile} cannot be trusted: everybody may write to the directory (mode {mode})", Refused(), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(_directory));
        }
    }

    [Theory]
    [InlineData(1000, 1000, 1000, true)]
    [InlineData(1000, 0, 1000, true)]
    [InlineData(0, 1000, 1000, false)]
    [InlineData(0, 0, 1000, false)]
    [InlineData(1001, 1001, 1000, false)]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 1000, 0, true)]
    [InlineData(1000, 1000, 0, true)]
    [InlineData(1000, 0, 0, false)]
    [InlineData(1001, 1000, 0, false)]
    public void A_file_is_the_user_s_own_or_for_root_that_of_the_directory_s_owner(uint file, uint directory, uint user, bool isTrusted)
    {
        string? problem = OwnerOnlyFile.ProblemOrNull(new PosixStatus(file, 0x8180), directory, user);

        Assert.Equal(isTrusted, problem is null);
        Assert.True(isTrusted || problem!.StartsWith($"belongs to the user with the id {file}, and the server runs as {user}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_somebody_else_put_into_root_s_directory_is_refused_and_in_that_user_s_own_taken()
    {
        Assert.SkipUnless(PosixFile.IsSupported && Environment.IsPrivilegedProcess, "Only root can give a file to another user.");
        KeyFiles.Write(KeyFile, "planted");
        await RunAsync("chown", "12345", KeyFile);
        Assert.Contains("belongs to the user with the id 12345, and the server runs as 0", Refused(), StringComparison.Ordinal);

        await RunAsync("chown", "12345", _directory);
        Assert.Equal("planted", OwnerOnlyFile.ReadOrCreate(KeyFile, () => "made"));
    }

    [Theory]
    [InlineData("issuer.key")]
    [InlineData("operator.key")]
    [InlineData("identity.key")]
    public async Task A_planted_key_stops_the_start(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using (DevIssuerKey key = new(_directory))
        {
            _ = key.PublicKey;
        }

        OperatorKey.Read(_directory);
        ManagedIdentitySecret.Read(_directory);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_directory, name), Owner | UnixFileMode.GroupWrite);
        }

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => AuthHost.StartAsync(dataDirectory: _directory, withKey: false));

        Assert.StartsWith($"The key file {Path.Combine(_directory, name)} may be read or written by other users (mode 620)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_led_to_a_server_by_a_file_that_others_may_have_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        Assert.Null(RunningServer.ReadOrNull(_directory));
        string file = Path.Combine(_directory, RunningServer.FileName);
        var running = new RunningServer(new Uri("http://127.0.0.1:1"), null, new Uri("http://127.0.0.1:2"), "Global", true, "ca.pem", new Dictionary<string, string>());
        running.Write(_directory);
        Assert.Equal(running.Proxy, RunningServer.ReadOrNull(_directory)!.Proxy);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, Owner | UnixFileMode.OtherWrite);
        }

        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => RunningServer.ReadOrNull(_directory)).Message, StringComparison.Ordinal);
    }
}
