using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A PostgreSQL server in a container, where none is installed. Tests share it; those that stop theirs, or lay hands on its files, are skipped here.</summary>
internal sealed class PostgresContainer : PostgresServer
{
    /// <summary>The one of deploy/, and the name of the variable that asks for another, such as one of a registry that can be reached.</summary>
    public const string Image = "postgres:17";
    public const string ImageVariable = "TRIBUTARY_TEST_POSTGRES_IMAGE";

    /// <summary>The first start also fetches the image.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ContainerEngine _engine;
    private readonly string _id;

    private PostgresContainer(ContainerEngine engine, string id, IPEndPoint address)
        : base(string.Create(CultureInfo.InvariantCulture, $"Host={address.Address};Port={address.Port};Username=tributary;SSL Mode=Disable;GSS Encryption Mode=Disable"), address)
    {
        _engine = engine;
        _id = id;
    }

    /// <summary>Starts one on a port of the loopback address that the engine chooses, and waits until it serves.</summary>
    public static PostgresContainer Start(ContainerEngine engine)
    {
        string image = Environment.GetEnvironmentVariable(ImageVariable) is { Length: > 0 } other ? other : Image;
        string id = engine.Run(
            StartPatience,
            ["run", "--detach", "--rm", "--label", "tributary.tests", "--publish", "127.0.0.1::5432", "--shm-size", "256m",
            "--env", "POSTGRES_USER=tributary", "--env", "POSTGRES_HOST_AUTH_METHOD=trust", "--env", "POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=C --no-sync",
            image, .. Settings(isDurable: false).SelectMany(setting => new[] { "-c", setting })]).Split('\n')[^1];
        try
        {
            // Each address on a line; without a service at the address of version 6 there is one.
            var server = new PostgresContainer(engine, id, IPEndPoint.Parse(engine.Run(Patience, "port", id, "5432/tcp").Split('\n')[0].Trim()));
            server.WaitUntilServing();
            server.Keep();
            return server;
        }
        catch
        {
            engine.Run(Patience, "rm", "--force", "--volumes", id);
            throw;
        }
    }

    protected override void End() => _engine.Run(Patience, "rm", "--force", "--volumes", _id);

    /// <summary>The image makes the data by a server that does not listen on this address; the one that does is ready.</summary>
    private void WaitUntilServing()
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Execute("SELECT 1");
                return;
            }
            catch (NpgsqlException exception)
            {
                if (Stopwatch.GetElapsedTime(began) > Patience)
                {
                    throw new InvalidOperationException($"The PostgreSQL server in a container of {_engine.Name} does not serve: {exception.Message}\n{_engine.Run(Patience, "logs", _id)}", exception);
                }

                Thread.Sleep(100);
            }
        }
    }
}
