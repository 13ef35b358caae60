using System.Globalization;
using Npgsql;
using Tributary.Chaos.Clusters;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What tests take their PostgreSQL server from. The container engine here is a script that says where a server is that runs already.</summary>
public sealed class PostgresContainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_newest_installed_version_is_taken_whose_programs_are_all_there()
    {
        AddProgram("debian/9/bin/initdb");
        AddProgram("debian/9/bin/pg_ctl");
        AddProgram("debian/15/bin/initdb");
        AddProgram("debian/15/bin/pg_ctl");
        AddProgram("debian/16/bin/initdb");
        AddProgram("path/initdb");
        AddProgram("path/pg_ctl");

        Assert.Equal(At("debian/15/bin/psql"), Find(null));
        Directory.Delete(At("debian"), recursive: true);
        Assert.Equal(At("path/psql"), Find(null));
        File.Delete(At("path/pg_ctl"));
        Assert.Null(Find(null));

        string? Find(string? chosen) => PostgresTools.FindOrNull(chosen, At("debian"), $"{At("elsewhere")}{Path.PathSeparator}{At("path")}")?.PathOf("psql");
    }

    [Fact]
    public void A_variable_names_others_or_says_that_there_are_none()
    {
        AddProgram("debian/15/bin/initdb");
        AddProgram("debian/15/bin/pg_ctl");
        AddProgram("mine/initdb");
        AddProgram("mine/pg_ctl");

        Assert.Equal(At("mine/psql"), PostgresTools.FindOrNull(At("mine"), At("debian"), null)!.PathOf("psql"));
        Assert.Equal(At("debian/15/bin/psql"), PostgresTools.FindOrNull("", At("debian"), null)!.PathOf("psql"));
        Assert.Null(PostgresTools.FindOrNull("none", At("debian"), At("mine")));
        Assert.Equal(
            $"TRIBUTARY_TEST_POSTGRES_BIN is '{_folder}', where initdb and pg_ctl are not.",
            Assert.Throws<InvalidOperationException>(() => PostgresTools.FindOrNull(_folder, At("debian"), null)).Message);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("docker=0", "docker")]
    [InlineData("podman=0", "podman")]
    [InlineData("docker=0 podman=0", "docker")]
    [InlineData("docker=1 podman=0", "podman")]
    [InlineData("docker=1 podman=125", null)]
    public void The_engine_is_the_first_that_answers(string installed, string? expected)
    {
        foreach (string[] engine in installed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(engine => engine.Split('=')))
        {
            AddProgram($"path/{engine[0]}", $"[ \"$*\" = version ] && exit {engine[1]}; exit 99");
        }

        Assert.Equal(expected, ContainerEngine.FindOrNull($"{At("elsewhere")}{Path.PathSeparator}{At("path")}")?.Name);
    }

    [Fact]
    [NeedsPostgres]
    public async Task A_container_is_started_on_a_port_of_this_machine_alone_and_removed_with_what_it_wrote()
    {
        await using var relay = new CommitRelay(PostgresServer.Get());
        ContainerEngine engine = AddEngine(string.Create(CultureInfo.InvariantCulture, $"echo '127.0.0.1:{relay.Port}'; echo '[::1]:1'"));

        PostgresContainer server = PostgresContainer.Start(engine);
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(server.ConnectionStringOf("somewhere"));
            Assert.Equal(("127.0.0.1", relay.Port, "tributary", "somewhere"), (parsed.Host, parsed.Port, parsed.Username, parsed.Database));
            string database = server.CreateDatabase();
            PostgresServer.Execute(database, "SELECT id FROM connection");
            server.DropDatabase(database);
        }
        finally
        {
            server.Remove();
            server.Remove();
        }

        Assert.Collection(
            Calls(),
            version => Assert.Equal("version", version),
            run =>
            {
                Assert.StartsWith("run --detach --rm ", run, StringComparison.Ordinal);
                Assert.Contains(" --publish 127.0.0.1::5432 ", run, StringComparison.Ordinal);
                Assert.Contains(" postgres:17 -c max_connections=400 ", run, StringComparison.Ordinal);
                Assert.EndsWith(" -c fsync=off -c full_page_writes=off", run, StringComparison.Ordinal);
            },
            port => Assert.Equal("port c0ffee 5432/tcp", port),
            remove => Assert.Equal("rm --force --volumes c0ffee", remove));
    }

    [Fact]
    public void A_container_that_comes_to_nothing_is_removed_and_the_engine_has_the_word()
    {
        ContainerEngine engine = AddEngine("echo 'no public port' >&2; exit 1");

        var exception = Assert.Throws<InvalidOperationException>(() => PostgresContainer.Start(engine));

        Assert.Equal("docker port c0ffee 5432/tcp: failed. no public port", exception.Message);
        Assert.Equal("rm --force --volumes c0ffee", Calls()[^1]);
    }

    /// <summary>An engine that writes down what it is told, and whose containers are where it says.</summary>
    private ContainerEngine AddEngine(string port)
    {
        AddProgram(
            "path/docker",
            $"""
            echo "$*" >> "{At("calls")}"
            case $1 in
            run) echo "Pulling from library/postgres" >&2; echo c0ffee ;;
            port) {port} ;;
            esac
            """);
        return ContainerEngine.FindOrNull(At("path"))!;
    }

    private string[] Calls() => File.ReadAllLines(At("calls"));

    private void AddProgram(string path, string script = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string At(string path) => Path.Combine(_folder, path);
}
