from vedette.command import main

if __name__ == "__main__":  # a process that the demo forks imports this file under another name
    main()
