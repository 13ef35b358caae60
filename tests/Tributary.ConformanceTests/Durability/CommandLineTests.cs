using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;

namespace Tributary.ConformanceTests.Durability;

/// <summary>The command line as a process: what it prints, and the code with which it ends.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_does_not_disturb_the_first()
    {
        await using ServerProcess first = await ServerProcess.StartAsync(_data);

        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.Equal($"The data directory {_data.Path} is in use by another tributary. Stop it, or name another directory with --data.", error.Trim());
        await first.CreateReadyConnectionAsync("contosohr");
    }

    [Fact]
    public async Task A_second_server_is_refused_too_when_the_lock_file_was_removed_and_the_first_goes_on()
    {
        await using ServerProcess first = await ServerProcess.StartAsync(_data);
        await first.CreateReadyConnectionAsync("contosohr");
        File.Delete(Path.Combine(_data.Path, "lock"));

        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.Equal($"The data directory {_data.Path} is in use by another tributary. Stop it, or name another directory with --data.", error.Trim());
        await first.ExpectAsync(200, HttpMethod.Put, "/v1.0/external/connections/contosohr/items/one", VersionedItem.Body("one", 1));
        Assert.Equal(0, await first.StopAsync());
        await using ServerProcess next = await ServerProcess.StartAsync(_data);
        await next.ExpectAsync(200, HttpMethod.Get, "/v1.0/external/connections/contosohr/items/one");
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line_with_what_to_do()
    {
        await using ServerProcess first = await ServerProcess.StartAsync(_data);
        using var other = new DataFolder();

        (int exitCode, string output, string error) = await ServerProcess.RunAsync("--data", other.Path, "--urls", first.Url.ToString());

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"Failed to bind to address {first.Url.ToString().TrimEnd('/')}: address already in use. Choose another address with --urls.", error.Trim());
        Assert.Equal("", output.Trim());
    }

    [Theory]
    [InlineData("--nope", "")]
    [InlineData("--Storge:MaxBytes=1", " Did you mean --Storage:MaxBytes=1?")]
    [InlineData("serv", "")]
    public async Task An_unknown_option_is_refused_with_the_sections_there_are(string word, string advice)
    {
        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0", word);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Unknown option '{word}'.{advice} Settings are written --Section:Name=value", error, StringComparison.Ordinal);
        Assert.Contains("Storage", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_data.Database));
    }

    [Fact]
    public async Task An_address_open_to_other_machines_is_refused_while_anybody_gets_a_token()
    {
        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://0.0.0.0:0");

        Assert.Equal(1, exitCode);
        Assert.Contains("Auth:Authority", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_data.Database));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("http://203.0.113.1:0")]
    public async Task An_address_that_cannot_be_listened_on_is_refused_without_a_stack_trace(string url)
    {
        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", url, "--Auth:Development:Enabled=true");

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Contains("--urls", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_can_be_said_and_data_is_made_where_it_says()
    {
        string folder = Path.Combine(_data.Path, "deep", "data");
        await using ServerProcess server = ServerProcess.Launch(ServerProcess.Command(["serve", "--data", folder]));
        await server.WaitUntilListeningAsync();

        Assert.True(File.Exists(Path.Combine(folder, "tributary.db")));
        Assert.Contains(folder, server.Printed, StringComparison.Ordinal);
        await server.ExpectAsync(200, HttpMethod.Get, "/v1.0/external/connections");
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Without_data_the_directory_is_dot_tributary_where_it_was_started()
    {
        ProcessStartInfo command = ServerProcess.Command([]);
        command.WorkingDirectory = _data.Path;
        await using ServerProcess server = ServerProcess.Launch(command);
        await server.WaitUntilListeningAsync();

        Assert.True(File.Exists(Path.Combine(_data.Path, ".tributary", "tributary.db")));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task In_memory_serves_and_leaves_no_directory_behind_however_it_ends()
    {
        await using (ServerProcess server = ServerProcess.Launch(InMemory()))
        {
            await server.WaitUntilListeningAsync();
            await server.CreateReadyConnectionAsync("contosohr");
            await server.ExpectAsync(200, HttpMethod.Put, "/v1.0/external/connections/contosohr/items/one", VersionedItem.Body("one", 1));
            Assert.Equal(1, (await server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);
            Assert.Single(Temporaries());
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Empty(Temporaries());

        // A start that fails must not leave one either.
        Assert.Equal(1, (await ServerProcess.RunAsync(InMemory("--urls", "http://0.0.0.0:0"))).ExitCode);
        Assert.Equal(1, (await ServerProcess.RunAsync(InMemory("--urls", "http://203.0.113.1:0", "--Auth:Development:Enabled=true"))).ExitCode);
        Assert.Equal(1, (await ServerProcess.RunAsync(InMemory("--Items:MaxBytes=-1"))).ExitCode);
        Assert.Empty(Temporaries());

        ProcessStartInfo InMemory(params string[] words)
        {
            ProcessStartInfo command = ServerProcess.Command(["--in-memory", .. words]);
            command.Environment["TMPDIR"] = _data.Path;
            command.Environment["TMP"] = _data.Path;
            return command;
        }

        string[] Temporaries() => Directory.GetDirectories(_data.Path, "tributary-*");
    }

    [Fact]
    public async Task The_token_command_prints_a_usable_token_and_nothing_else()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_data);

        (int exitCode, string output, string error) = await ServerProcess.RunAsync("token", "--url", server.Url.ToString());

        Assert.Equal((0, ""), (exitCode, error));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/external/connections");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", output.TrimEnd('\r', '\n'));
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_token_command_says_what_to_type_when_no_server_runs()
    {
        (int exitCode, string output, string error) = await ServerProcess.RunAsync("token", "--url", "http://127.0.0.1:9");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("tributary serve --urls http://127.0.0.1:9", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_in_a_sentence()
    {
        using (var connection = new SqliteConnection($"Data Source={_data.Database};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 9000";
            command.ExecuteNonQuery();
        }

        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The database {_data.Database} is of version 9000", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_refused_in_a_sentence_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_data.Database, string.Concat(Enumerable.Repeat("This is no database. ", 1000)));

        (int exitCode, _, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The database {_data.Database} cannot be opened", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.StartsWith("This is no database.", await File.ReadAllTextAsync(_data.Database), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("issuer.key")]
    [InlineData("operator.key")]
    public async Task A_damaged_key_file_is_refused_in_a_sentence_that_names_it(string name)
    {
        string file = Path.Combine(_data.Path, name);
        await File.WriteAllTextAsync(file, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (int exitCode, string output, string error) = await ServerProcess.RunAsync("--data", _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"The key file {file} holds no ", error, StringComparison.Ordinal);
        Assert.Contains("delete it", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_database_that_was_cut_short_is_refused_in_a_sentence_and_left_as_it_is()
    {
        await using (ServerProcess server = await ServerProcess.StartAsync(_data))
        {
            await server.CreateReadyConnectionAsync("contosohr");
            Assert.Equal(0, await server.StopAsync());
        }

        byte[] left = (await File.ReadAllBytesAsync(_data.Database))[..8192];
        await File.WriteAllBytesAsync(_data.Database, left);

        await ShouldRefuseAsync($"The database {_data.Database} cannot be opened: ");
        Assert.Equal(left, await File.ReadAllBytesAsync(_data.Database));
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_data_directory_is_refused_in_a_sentence()
    {
        string file = Path.Combine(_data.Path, "file");
        await File.WriteAllTextAsync(file, "text");

        await ShouldRefuseAsync($"The data directory {file} cannot be used: ", data: file);
        Assert.Equal("text", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_refused_in_a_sentence()
    {
        await using (ServerProcess server = await ServerProcess.StartAsync(_data))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        using IDisposable mounted = SmallDisk.MountReadOnly(_data.Path);

        await ShouldRefuseAsync($"The data directory {_data.Path} cannot be used: ");
    }

    private async Task ShouldRefuseAsync(string sentence, string? data = null)
    {
        (int exitCode, string output, string error) = await ServerProcess.RunAsync("--data", data ?? _data.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.Contains("--data", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }
}
