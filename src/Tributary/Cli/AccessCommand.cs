using System.CommandLine;

namespace Tributary.Cli;

/// <summary><c>tributary access</c>: asks a running server who sees what and why, and who was shown what.</summary>
internal static class AccessCommand
{
    public static Command Create() => new("access", "Explain who sees what, and export who was shown what.") { AccessExplainCommand.Create(), AccessLogCommand.Create() };
}
