using System.CommandLine;
using Tributary.Cli;

var root = new RootCommand("Microsoft Graph external connectors that anyone can run.");
ServeCommand.Configure(root);
root.Subcommands.Add(ServeCommand.Create());
root.Subcommands.Add(TokenCommand.Create());
root.Subcommands.Add(IdCommand.Create());
root.Subcommands.Add(AccessCommand.Create());
root.Subcommands.Add(ExportCommand.Create());
root.Subcommands.Add(ImportCommand.Create());
root.Subcommands.Add(BackupCommand.Create());
root.Subcommands.Add(RestoreCommand.Create());
root.Subcommands.Add(QuirksCommand.Create());
root.Subcommands.Add(NodesCommand.Create());
root.Subcommands.Add(IndexCommand.Create());
root.Subcommands.Add(CertsCommand.Create());
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(IsolatedCommand.Create());

// The host hears the signals and drains; the command line's own handler would cut it off after two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
