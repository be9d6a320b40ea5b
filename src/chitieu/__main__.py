from chitieu.cli import program

program()
