print(len([str(i) for i in range(100000)]))
