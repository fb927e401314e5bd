dag-label = 기동 단위 { $n }개의 선행 관계 그림
