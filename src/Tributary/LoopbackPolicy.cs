using System.Net;
using Microsoft.Extensions.Options;

namespace Tributary;

/// <summary>Development conveniences refuse to run where other machines can reach them, unless told (design 17).</summary>
internal static class LoopbackPolicy
{
    /// <summary>Whether an address to listen on is surely loopback: Kestrel listens on every address for a host that it cannot read as one.</summary>
    public static bool IsLoopback(string url)
    {
        try
        {
            BindingAddress address = BindingAddress.Parse(url);
            string host = address.Host.Trim('[', ']');
            bool isLoopback = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
            return isLoopback && !address.IsUnixPipe && !address.IsNamedPipe;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Every address that the server will listen on: Kestrel's own section can name more of them, which then win over <paramref name="urls"/>.</summary>
    public static string[] Addresses(IEnumerable<string> urls, IConfiguration configuration) =>
        [.. urls, .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "")];

    /// <param name="isForThisMachine">Whether it is on and may not be reached by others.</param>
    /// <param name="feature">What is switched on, as a sentence begins with it.</param>
    /// <param name="section">The section whose <c>AllowRemote</c> says that it is meant so.</param>
    /// <param name="addresses">What the server will listen on.</param>
    /// <exception cref="OptionsValidationException">The server would listen on an address that is open to other machines.</exception>
    public static void Refuse(bool isForThisMachine, string feature, string section, IEnumerable<string> addresses)
    {
        if (isForThisMachine && addresses.FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new OptionsValidationException(
                section,
                typeof(LoopbackPolicy),
                [
                    $"{feature} on, and the server would listen on '{open}', which is open to other machines. " +
                    $"Listen on localhost only, such as --urls {Server.DefaultUrl}; or set {section}:AllowRemote=true if that is what you want.",
                ]);
        }
    }
}
