return await Tributary.Tests.Hosting.TestProgram.RunAsync(args, Tributary.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
