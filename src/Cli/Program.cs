using System.CommandLine;

return new RootCommand("Efficient large language models").Parse(args).Invoke();
