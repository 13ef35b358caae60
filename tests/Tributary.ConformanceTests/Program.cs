return await Tributary.Tests.Hosting.TestProgram.RunAsync(args, Tributary.ConformanceTests.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
