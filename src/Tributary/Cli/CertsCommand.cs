using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Storage;
using Tributary.TakeOver.Certificates;

namespace Tributary.Cli;

/// <summary><c>tributary certs</c>: makes and shows the local certificate authority and the server's certificates; below it, who is to trust it.</summary>
internal static class CertsCommand
{
    private const string NoCloud = "none";

    public static Command Create()
    {
        Option<string> data = new("--data") { Description = "The data directory.", DefaultValueFactory = _ => new StorageOptions().Data, Recursive = true };
        Option<string[]> host = new("--host") { Description = "A further name of the server, such as that of its container; may be given again. Default: as before.", HelpName = "NAME" };
        Option<string[]> cloud = new("--cloud")
        {
            Description = $"Whose hosts to certify: {string.Join(", ", NationalCloud.All.Select(of => of.Name))} or {NoCloud}; may be given again. Default: as before, at first Global.",
            HelpName = "NAME",
        };
        Option<bool> json = new("--json") { Description = "Print JSON." };
        Command command = new("certs", "Make what lacks of the local certificate authority and the server's certificates, and show them.") { data, host, cloud, json };
        command.SetAction(parsed => Guarded(parsed, () => Show(
            new CertificateFolder(parsed.GetRequiredValue(data)),
            parsed.GetValue(host) ?? [],
            parsed.GetValue(cloud) ?? [],
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error)));

        Command trust = new("trust", "Have this machine trust the authority.");
        trust.SetAction((parsed, cancellation) => GuardedAsync(parsed, () => CertsTrust.TrustAsync(
            new CertificateFolder(parsed.GetRequiredValue(data)), TrustStores.OfThisSystem(), parsed.InvocationConfiguration, cancellation)));
        Command untrust = new("untrust", "Take the trust back.");
        untrust.SetAction((parsed, cancellation) => GuardedAsync(parsed, () => CertsTrust.UntrustAsync(
            new CertificateFolder(parsed.GetRequiredValue(data)), TrustStores.OfThisSystem(), parsed.InvocationConfiguration, cancellation)));
        Command remove = new("remove", "Remove the authority and all certificates. Whoever trusts it goes on doing so: first take the trust back.");
        remove.SetAction(parsed => Guarded(parsed, () =>
        {
            var folder = new CertificateFolder(parsed.GetRequiredValue(data));
            parsed.InvocationConfiguration.Output.WriteLine(folder.Remove() ? $"Removed {folder.Path}." : $"There are no certificates in {folder.Path}.");
            return 0;
        }));
        command.Subcommands.Add(trust);
        command.Subcommands.Add(untrust);
        command.Subcommands.Add(remove);
        return command;
    }

    private static int Show(CertificateFolder folder, string[] hosts, string[] clouds, bool json, TextWriter output, TextWriter error)
    {
        if (hosts.Select(name => (name, problem: HostName.ProblemOrNull(name))).FirstOrDefault(host => host.problem is not null) is { problem: { } wrong, name: var host })
        {
            error.WriteLine($"--host '{host}' {wrong}.");
            return 1;
        }

        if (clouds.FirstOrDefault(name => name != NoCloud && NationalCloud.FindOrNull(name) is null) is { } unknown)
        {
            error.WriteLine($"--cloud '{unknown}' is unknown. Known are {string.Join(", ", NationalCloud.All.Select(cloud => cloud.Name))}, and {NoCloud}.");
            return 1;
        }

        using CertificateSet set = folder.Ensure(existing => Wanted(existing, hosts, clouds), DateTimeOffset.UtcNow);
        if (json)
        {
            output.WriteLine(Json(folder, set));
            return 0;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var table = new Table();
        table.AddColumns("Certificate", "For", "Valid until", "File");
        foreach ((string name, IReadOnlyList<string> names, X509Certificate2 certificate, string file) in Rows(folder, set))
        {
            table.AddRow([.. new[] { name, string.Join('\n', names), $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}", Path.GetFileName(file) }.Select(Markup.Escape)]);
        }

        console.Write(table);
        output.WriteLine($"Folder: {folder.Path}");
        if (set.IsNewAuthority)
        {
            output.WriteLine($"The authority is new: nobody trusts it yet. Trust it with: tributary certs trust --data \"{folder.DataDirectory}\"");
        }

        output.WriteLine(TrustAdvice.Text(folder.AuthorityFile));
        return 0;
    }

    private static CertifiedNames Wanted(CertifiedNames? existing, string[] hosts, string[] clouds)
    {
        CertifiedNames names = existing ?? CertifiedNames.Default;
        return CertifiedNames.Of(
            hosts.Length > 0 ? hosts : names.Containers,
            clouds.Length > 0 ? clouds.Select(NationalCloud.FindOrNull).OfType<NationalCloud>() : names.Clouds);
    }

    private static IEnumerable<(string Name, IReadOnlyList<string> For, X509Certificate2 Certificate, string File)> Rows(CertificateFolder folder, CertificateSet set)
    {
        yield return ("authority", set.Authority.Names.All, set.Authority.Certificate, folder.AuthorityFile);
        yield return ("local", set.Authority.Names.LocalHosts, set.Local!, Path.Combine(folder.Path, "local.key"));
        if (set.Cloud is { } cloud)
        {
            yield return ("cloud", set.Authority.Names.CloudHosts, cloud, Path.Combine(folder.Path, "cloud.key"));
        }
    }

    private static string Json(CertificateFolder folder, CertificateSet set)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions with { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("authorityFile", folder.AuthorityFile);
            writer.WriteString("commonName", folder.CommonName);
            writer.WriteBoolean("isNewAuthority", set.IsNewAuthority);
            writer.WriteStartArray("clouds");
            foreach (NationalCloud cloud in set.Authority.Names.Clouds)
            {
                writer.WriteStringValue(cloud.Name);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("certificates");
            foreach ((string name, IReadOnlyList<string> names, X509Certificate2 certificate, string file) in Rows(folder, set))
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteStartArray("hosts");
                foreach (string host in names)
                {
                    writer.WriteStringValue(host);
                }

                writer.WriteEndArray();
                writer.WriteString("validFrom", certificate.NotBefore.ToUniversalTime());
                writer.WriteString("validUntil", certificate.NotAfter.ToUniversalTime());
                writer.WriteString("sha256", certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
                writer.WriteString("file", file);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    private static int Guarded(ParseResult parsed, Func<int> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static async Task<int> GuardedAsync(ParseResult parsed, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
